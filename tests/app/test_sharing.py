"""Links and files that carry a scenario, without a browser."""

import base64
import hashlib
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roi.errors import ScenarioError
from roi.resources import data_path
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration, scenario_from_text
from roi.scenario.yaml_writing import yaml_of
from roi.screens import sharing
from roi.screens.sharing import (
    BASES,
    LINK_CHARACTERS_MAX,
    changes_from_demonstration,
    link_value,
    scenario_of_link,
)


def packed(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return "1." + base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


def changed(**places: object):
    return with_changes(demonstration(), {key.replace("__", "."): value for key, value in places.items()})


def test_the_demonstration_needs_nothing_in_its_link() -> None:
    assert link_value(demonstration(), "en") == ""


def test_one_change_makes_a_link_of_a_line() -> None:
    value = link_value(changed(labour__wage_per_h=3100), "en")
    assert len(value) < 250
    assert scenario_of_link(value, "en").labour.wage_per_h.value == 3100


@settings(max_examples=40, deadline=None)
@given(
    name=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=80),
    bar=st.floats(1e-6, 1e6),
    boards=st.lists(st.sampled_from(["H100 SXM", "L40S", "my board"]), unique=True),
)
def test_any_scenario_survives_link_and_yaml(name: str, bar: float, boards: list[str]) -> None:
    places = {"name": name, "workloads[0].quality.fid_max": bar, "limits.boards": boards}
    asked = with_changes(demonstration(), places)
    assert scenario_of_link(link_value(asked, "en") or packed(b""), "en") == asked
    assert scenario_from_text(yaml_of(asked, "en"), "x") == asked


@pytest.mark.parametrize(
    "name", ["true", "NO", "1e3", "12:30", "- a", "a: b", "#c", "'", "~", "a\u2028b", "=1+1"]
)
def test_a_name_that_looks_like_something_else_stays_a_text(name: str) -> None:
    assert scenario_from_text(yaml_of(changed(name=name), "en"), "x").name == name


def test_a_removed_supply_and_a_new_model_travel() -> None:
    document = demonstration().model_dump(mode="json")
    places = {
        "supplies": document["supplies"][1:],
        "workloads[0].acceptance_by_model": {"SDXL": {"kind": "alike", "mean": 0.6}},
    }
    asked = with_changes(demonstration(), places)
    assert scenario_of_link(link_value(asked, "ja"), "ja") == asked


def test_a_scenario_too_different_for_a_link_is_told_to_travel_as_a_file() -> None:
    import random

    noise = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9000))
    with pytest.raises(ScenarioError, match="take it as a file"):
        link_value(changed(proposal={"purpose": noise}), "en")


@pytest.mark.parametrize(
    "value",
    [
        "1.####",
        "1.",
        "1.AAAA",
        packed([1]),
        packed(b"[" * 100_000),
        packed(bytes(1 << 22)),
        packed({"from": "x", "changes": []}),
        "2.AAAA",
        "é" * 10,
        "1." + "A" * LINK_CHARACTERS_MAX * 2,
    ],
)
def test_a_bad_link_is_answered_by_a_sentence(value: str) -> None:
    with pytest.raises(ScenarioError, match=r"link"):
        scenario_of_link(value, "en")


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        ([], {}),
        (["x", "y"], 1),
        (["supplies", 99, "name"], "x"),
        ([["a"]], 1),
        (["supplies", -1], {}),
        (3, 3),
    ],
)
def test_a_link_that_leads_out_of_the_scenario_is_refused(steps: object, value: object) -> None:
    good = link_value(changed(price_year=2027), "en").removeprefix("1.")
    content = json.loads(zlib.decompress(base64.urlsafe_b64decode(good + "==")))
    with pytest.raises(ScenarioError):
        scenario_of_link(packed({**content, "changes": [[steps, value]]}), "en")


def test_a_base_of_links_never_changes() -> None:
    """A link that was sent once is opened for ever: the base is what its name says, and says the same today."""
    for name in BASES:
        written = data_path(f"link_base_{name}.json").read_bytes()
        assert hashlib.sha256(written).hexdigest().startswith(name)
        scenario = scenario_of_link(packed({"from": name, "changes": []}), "en")
        assert holds(scenario.model_dump(mode="json"), json.loads(written))


def holds(read: object, written: object) -> bool:
    """Whether all that was written stands in what was read; the contract may have grown beside it."""
    if isinstance(read, dict) and isinstance(written, dict):
        return all(name in read and holds(read[name], each) for name, each in written.items())
    if isinstance(read, list) and isinstance(written, list):
        return len(read) == len(written) and all(map(holds, read, written))
    return read == written


def test_a_link_outlives_a_new_demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = changed(labour__wage_per_h=3100)
    sent = link_value(asked, "en")
    monkeypatch.setattr(sharing, "demonstration", lambda: changed(name="Another", price_year=2031))
    assert scenario_of_link(sent, "en") == asked
    assert scenario_of_link(link_value(demonstration(), "en"), "en") == demonstration()


def test_the_changes_name_their_places() -> None:
    assert list(changes_from_demonstration(changed(price_year=2027))) == [(("price_year",), 2027)]
