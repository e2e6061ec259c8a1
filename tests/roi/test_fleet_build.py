"""The fleet's rows: their LP texts, their independence of hash seeds, and the same programme through PuLP."""

import json
import os
import subprocess
import sys

import numpy as np
import pulp
import pytest

from roi.fleet.build import build
from roi.fleet.highs import run_highs
from roi.fleet.silence import silenced_stdout
from tests.roi.fleet_cases import random_programme
from tests.roi.fleet_golden import GOLDEN, families, toys


@pytest.fixture(scope="module")
def fingerprints() -> list[str]:
    command = [sys.executable, "-c", "from tests.roi.fleet_golden import fingerprint; print(fingerprint())"]
    environments = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("0", "4711")]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env=each, encoding="utf-8") for each in environments
    ]
    return [process.communicate()[0] for process in started]


@pytest.mark.parametrize("family", families())
def test_the_lp_text_of_a_family_is_its_golden_file(fingerprints, family):
    golden = (GOLDEN / f"fleet_{family}.lp").read_text(encoding="utf-8")
    assert json.loads(fingerprints[0])["lp"][family] == golden
    assert f"\n{family}_" in golden or f"\n{family}:" in golden


def test_texts_pruning_and_plans_do_not_depend_on_the_hash_seed(fingerprints):
    assert fingerprints[0] == fingerprints[1]
    assert len(json.loads(fingerprints[0])["plans"]) == 6


def test_no_family_of_the_definition_is_without_a_golden_file():
    assert len(families()) == 28
    assert set(toys()) == set(families())
    assert {path.stem.removeprefix("fleet_") for path in GOLDEN.glob("fleet_*.lp")} == set(families())


def test_no_row_belongs_to_another_family_than_those_of_the_definition():
    cases = [*toys().values(), *(random_programme(seed) for seed in range(20))]
    kinds = {
        block.kind
        for case in cases
        for block in build(case, np.arange(len(case.candidates))).draft.sheet.row_blocks
    }
    powered = {f"powered_{what}" for what in ("hours", "on", "units", "power")}
    assert (kinds - powered) | {"powered"} == set(families())


@pytest.mark.parametrize("seed", range(12))
def test_pulp_gives_the_same_optimum_as_the_arrays(seed):
    case = random_programme(seed)
    built = build(case, np.arange(len(case.candidates)))
    problem = built.problem()
    with silenced_stdout():
        problem.solve(pulp.HiGHS(msg=False, gapRel=1e-9, threads=1))
    direct = run_highs(built.arrays, built.objective, gap=1e-9)
    assert (problem.sol_status == pulp.LpSolutionOptimal) == (direct.status == "optimal")
    if direct.status == "optimal":
        assert problem.objective.value() == pytest.approx(direct.objective, rel=1e-7)


def test_a_supply_paid_by_use_has_no_units_and_no_hours():
    columns = build(toys()["demand"], np.arange(2)).draft.sheet.column_names()
    assert {name.split("_")[0] for name in columns} == {"s"}


def test_nothing_stands_ready_where_all_work_may_wait():
    columns = build(toys()["capacity"], np.arange(2)).draft.sheet.column_names()
    assert {name.split("_")[0] for name in columns} == {"s", "hours", "units", "buy"}


def test_models_are_counted_only_where_a_rule_or_a_cost_asks():
    counted = {
        name: any(c.startswith("kept_") for c in build(case, np.arange(2)).draft.sheet.column_names())
        for name, case in toys().items()
    }
    assert {name for name, some in counted.items() if some} == {"uses", "keeps", "takes_up", "models_max"}
