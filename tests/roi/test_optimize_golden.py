"""The LP text of every constraint family, and its independence of hash seeds."""

import json
import os
import subprocess
import sys

import pytest

from roi.optimize.build import build
from roi.optimize.prune import keep_all
from tests.roi.optimize_cases import GOLDEN, families, toy, toys

EVERY_FAMILY = {
    "busy_s",
    "carbon_cap",
    "demand",
    "keeps",
    "models_max",
    "one_option",
    "opex_budget",
    "uses",
}


@pytest.fixture(scope="module")
def fingerprints() -> list[str]:
    command = [sys.executable, "-c", "from tests.roi.optimize_cases import fingerprint; print(fingerprint())"]
    environments = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("0", "4711")]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env=each, encoding="utf-8") for each in environments
    ]
    return [process.communicate()[0] for process in started]


@pytest.mark.parametrize("family", sorted(EVERY_FAMILY))
def test_the_lp_text_of_a_family_is_its_golden_file(fingerprints, family):
    golden = (GOLDEN / f"programme_{family}.lp").read_text(encoding="utf-8")
    assert json.loads(fingerprints[0])["lp"][family] == golden
    assert f"\n{family}" in golden


def test_texts_pruning_and_plans_do_not_depend_on_the_hash_seed(fingerprints):
    assert fingerprints[0] == fingerprints[1]
    assert len(json.loads(fingerprints[0])["plans"]) == 4


def test_no_constraint_family_is_without_a_golden_file():
    rules = {
        "models_max": 1,
        "budget": 40.0,
        "carbon_cap_kg": 12.0,
        "resource_caps": {"busy_s": 30.0},
    }
    programmes = [toy(whole=whole, **rules) for whole in (False, True)]
    built = [build(programme, keep_all(programme).rows).problem for programme in programmes]
    assert families(built[0]) | families(built[1]) == EVERY_FAMILY
    assert {path.stem.removeprefix("programme_") for path in GOLDEN.glob("programme_*.lp")} == EVERY_FAMILY
    assert set(toys()) == EVERY_FAMILY


def test_names_that_lose_letters_keep_their_constraints_apart():
    programme = toy(workload_names=("a b", "a-b"))
    problem = build(programme, keep_all(programme).rows).problem
    names = {row.name for row in problem.constraints()}
    assert {"demand_a_b_0", "demand_a_b_1"} <= names
