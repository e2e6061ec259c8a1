"""A fitted acceptance goes where the log speaks for it, and says no more than the log does."""

from pathlib import Path

import pytest

from roi.acceptance_log.fit import fit_acceptance
from roi.acceptance_log.reading import read_log
from roi.errors import LogError
from roi.scenario.acceptance import acceptance_lines, taken_mean, tells_spread, write_acceptance
from roi.scenario.load import load_scenario, scenario_from_text
from roi.scenario.workload import Workload
from roi.scenario.yaml_text import read_yaml
from tests.roi.small_case import TEXT

TURBO = "stabilityai/sdxl-turbo"


def fit_of(folder: Path, model: str, requests: int):
    """Every second request passes at once, the others at the second attempt: a share of 2/3, prompts alike."""
    lines = ["request_id,attempt,accepted,model,review_seconds"]
    for request in range(requests):
        if request % 2:
            lines.append(f"{request},1,0,{model},3")
        lines.append(f"{request},{1 + request % 2},1,{model},3")
    log = folder / "log.csv"
    log.write_text("\n".join(lines), encoding="utf-8")
    return fit_acceptance(read_log(log), 1)


def taken_up(folder: Path, text: str, model: str, requests: int = 400) -> Workload:
    original, written = folder / "mine.yaml", folder / "fitted.yaml"
    original.write_bytes(text.encode())
    write_acceptance(fit_of(folder, model, requests), "log.csv", original, None, written)
    return load_scenario(written).workloads[0]


def with_by_model(*lines: str) -> str:
    after = "    attempts_max: 2\n"
    return TEXT.replace(after, "".join(f"    {line}\n" for line in lines) + after)


@pytest.mark.parametrize("name", ["SDXL Turbo", "sdxl-turbo", TURBO])
def test_a_log_of_one_model_is_the_acceptance_of_that_model_alone(tmp_path, name):
    workload = taken_up(tmp_path, TEXT, name)
    assert list(workload.acceptance_by_model) == [TURBO]
    assert workload.acceptance_by_model[TURBO].mean.value == pytest.approx(2 / 3, rel=1e-3)
    assert workload.acceptance.mean.value == 0.5


def test_a_log_of_no_model_is_the_acceptance_of_the_workload(tmp_path):
    workload = taken_up(tmp_path, TEXT, "*")
    assert workload.acceptance_by_model == {}
    assert workload.acceptance.mean.value == pytest.approx(2 / 3, rel=1e-3)


@pytest.mark.parametrize(
    "lines",
    [
        ("acceptance_by_model:", "  acme/ours: {mean: 0.8}  # our own"),
        ("acceptance_by_model: {acme/ours: {mean: 0.8}}  # our own",),
        ("acceptance_by_model:  # our own", "  acme/ours:", "    mean: 0.8", "  SDXL Turbo: {mean: 0.1}"),
        ("acceptance_by_model:  # our own", "  SDXL Turbo:", "    mean: 0.1", "  acme/ours: {mean: 0.8}"),
        (
            "acceptance_by_model:",
            "  acme/ours:",
            "    mean:",
            "      value: 0.8",
            "      source: |",
            "        # our own",
        ),
        ("acceptance_by_model: {SDXL Turbo: {mean: 0.1}, acme/ours: {mean: 0.8},}  # our own",),
    ],
)
@pytest.mark.parametrize("requests", [20, 400])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_models_that_the_log_is_not_of_stay_with_their_comments(tmp_path, lines, requests, line_end):
    text = with_by_model(*lines).replace("\n", line_end)
    workload = taken_up(tmp_path, text, "SDXL Turbo", requests)
    found = {model: given.mean.value for model, given in workload.acceptance_by_model.items()}
    assert found == {"acme/ours": 0.8, TURBO: pytest.approx(2 / 3, rel=1e-3)}
    written = (tmp_path / "fitted.yaml").read_bytes().decode()
    assert "# our own" in written
    assert written.count("\n") == written.count(line_end)


def test_an_empty_mapping_of_models_is_filled(tmp_path):
    assert list(taken_up(tmp_path, with_by_model("acceptance_by_model: {}"), TURBO).acceptance_by_model) == [
        TURBO
    ]


def test_a_log_of_an_unknown_model_is_refused_with_the_nearest_ones(tmp_path):
    with pytest.raises(
        LogError, match=r"log\.csv: model 'SDXL-Trubo' is unknown; nearest: .*Turbo.*write \*"
    ):
        taken_up(tmp_path, TEXT, "SDXL-Trubo")
    assert not (tmp_path / "fitted.yaml").exists()


def test_a_small_log_changes_the_mean_and_leaves_kind_and_spread(tmp_path):
    spread = "{value: 3, low: 1.5, high: 10, source: a guess, placeholder: true, replace_with: a log}"
    text = TEXT.replace(
        "acceptance: {kind: alike, mean: 0.5}",
        f"acceptance:\n      kind: redrawn  # rewritten\n      mean: 0.5\n      concentration: {spread}",
    )
    before = scenario_from_text(text, "text").workloads[0].acceptance
    for model in ("*", TURBO):
        (tmp_path / "fitted.yaml").unlink(missing_ok=True)
        after = taken_up(tmp_path, text, model, 6).acceptance_of(TURBO)
        assert after.mean.value == pytest.approx(2 / 3, rel=1e-3)
        assert (after.kind, after.concentration) == ("redrawn", before.concentration)
        assert "# rewritten" in (tmp_path / "fitted.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("requests", "confidence", "told"),
    [(28, "low", False), (30, "medium", False), (198, "medium", False), (200, "high", True)],
)
def test_confidence_grows_with_the_requests_and_alike_needs_two_hundred(tmp_path, requests, confidence, told):
    fit = fit_of(tmp_path, TURBO, requests)
    assert tells_spread(fit) is told
    assert taken_up(tmp_path, TEXT, TURBO, requests).acceptance_by_model[TURBO].mean.confidence == confidence


@pytest.mark.parametrize("requests", [20, 300])
def test_the_interval_that_is_written_is_that_of_the_mean_to_print(tmp_path, requests):
    printed = taken_mean(fit_of(tmp_path, TURBO, requests))
    mean = taken_up(tmp_path, TEXT, TURBO, requests).acceptance_by_model[TURBO].mean
    expected = pytest.approx((printed.value, printed.low, printed.high), rel=1e-5)
    assert (mean.value, mean.low, mean.high) == expected


def test_prompts_alike_promise_as_many_accepted_attempts_as_the_log_holds(tmp_path):
    """300 of 450 attempts of 4 images: 1 - (1/3)^(1/4) = 0.240."""
    fit_of(tmp_path, TURBO, 300)
    fit = fit_acceptance(read_log(tmp_path / "log.csv"), 4)
    assert fit.recommended == "alike"
    assert taken_mean(fit).value == pytest.approx(1 - (1 / 3) ** 0.25, rel=1e-9)


@pytest.mark.parametrize(
    ("model", "requests", "keys", "fields"),
    [
        ("sdxl turbo", 300, ("acceptance_by_model", TURBO), ["kind", "mean"]),
        ("*", 300, ("acceptance",), ["kind", "mean"]),
        ("*", 5, ("acceptance",), ["mean"]),
    ],
)
def test_the_printed_lines_are_those_of_the_model(tmp_path, model, requests, keys, fields):
    lines = acceptance_lines(fit_of(tmp_path, model, requests), "log.csv")
    value = read_yaml("\n".join(lines), "lines").value
    for key in keys:
        assert list(value) == [key]
        value = value[key]
    assert list(value) == fields
    assert lines[0].startswith("# The log cannot tell how far prompts differ") is (requests == 5)
