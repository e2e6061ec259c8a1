"""Numbers at and beyond the ends: refused with their field before anything is solved, or answered rightly."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from roi.__main__ import main
from roi.acceptance_log.fit import fit_acceptance
from roi.acceptance_log.reading import read_log
from roi.decision.decide import decide
from roi.errors import LogError, RoiError, ScenarioError, SolverError
from roi.fleet.bounds import require_solvable
from roi.fleet.problem import FleetProgramme, FleetSupply
from roi.fleet.solver import solve_fleet
from roi.output.document import decision_document
from roi.scenario.change import with_changes
from roi.scenario.faults import validated
from roi.scenario.load import demonstration
from roi.scenario.written import Steps, Written, part_at, spell
from roi.sensitivity.montecarlo.draws import require_draws
from tests.roi.fleet_cases import candidate, programme
from tests.roi.small_case import profile, scenario

ONE = (1, 1, 1, 1)


def numbers(part: object, steps: Steps = ()) -> Iterator[Steps]:
    """The way to every number of a document."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from numbers(value, (*steps, key))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from numbers(value, (*steps, index))
    elif isinstance(part, int | float) and not isinstance(part, bool):
        yield steps


def with_number(steps: Steps, number: float) -> Written:
    """The demonstration with another number there."""
    document = demonstration().model_dump(mode="json")
    above = part_at(document, steps[:-1])
    assert isinstance(above, dict | list)
    above[steps[-1]] = number  # type: ignore[index]
    return Written("file", document)


PLACES = list(numbers(demonstration().model_dump(mode="json")))


@pytest.mark.parametrize("number", [1e308, -1e308, 1e16, float("inf"), float("nan")])
def test_every_number_of_a_scenario_is_refused_by_its_place_where_nothing_can_be_calculated(
    number: float,
) -> None:
    assert len(PLACES) > 100
    for steps in PLACES:
        with pytest.raises(ScenarioError) as caught:
            validated(with_number(steps, number))
        figure = spell(steps).removesuffix(".value").removesuffix(".low").removesuffix(".high")
        assert f"file: {figure}" in str(caught.value)
        assert max(map(len, str(caught.value).splitlines())) < 300


@pytest.mark.parametrize(
    ("place", "number", "sentence"),
    [
        ("labour.wage_per_h", 1e308, "labour.wage_per_h: 1e+308 JPY/h is not possible"),
        (
            "workloads[0].images_per_month",
            1e16,
            "workloads[0].images_per_month: 1e+16 image/month is not possible",
        ),
        ("site.site_power_kw", 1e16, "site.site_power_kw: 1e+16 is more than can be calculated with"),
        ("workloads[0].images_per_month", 1e-31, "1e-31 is too close to 0 to be calculated with"),
        ("finance.horizon_years", 1e6, "finance.horizon_years: 1000000 year is not possible"),
        ("workloads[0].growth_per_year", 1e4, "workloads[0].growth_per_year: 10000"),
        ("finance.discount_rate_per_year", 1e4, "finance.discount_rate_per_year: 10000"),
    ],
)
def test_a_number_that_no_company_has_is_a_sentence(place: str, number: float, sentence: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        with_changes(demonstration(), {place: number})
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("place", "rate"),
    [
        ("workloads[0].growth_per_year", 5.0),
        ("finance.escalation.wage", 2.0),
        ("site.grid_intensity_change_per_year", -0.8),
    ],
)
def test_a_yearly_change_that_runs_away_over_a_long_horizon_is_refused(place: str, rate: float) -> None:
    asked = with_changes(demonstration(), {place: rate})
    with pytest.raises(
        ScenarioError, match=r"a year over 50 years multiplies or divides by more than 1e\+15"
    ) as caught:
        with_changes(asked, {"finance.horizon_years": 50})
    assert f"{place}: value {rate:g}" in str(caught.value)


def test_a_rate_of_exchange_lies_within_its_range() -> None:
    changes = {"exchange_rates.USD.low": 151, "exchange_rates.USD.value": 150}
    with pytest.raises(ScenarioError, match=r"exchange_rates\.USD: low 151 lies above value 150"):
        with_changes(demonstration(), changes)


@pytest.mark.parametrize(
    ("option", "given", "sentence"),
    [
        ("--fid-max", "1e308", "--fid-max: 1e+308 is more than can be calculated with"),
        ("--latency-max", "inf", "--latency-max: inf is more than can be calculated with"),
        ("--carbon-max", "1e-320", "--carbon-max: 9.99989e-321 is too close to 0"),
        ("--min-pixels", "1" + "0" * 30, "--min-pixels: 1e+30 is more than can be calculated with"),
    ],
)
def test_a_number_of_the_command_line_is_bounded(
    option: str, given: str, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["recommend", option, given]) == 2
    assert sentence in capfd.readouterr().err


def answer(images_per_month: float, gpu_count: int = 8) -> dict[str, Any]:
    """The document of a recommendation for the small case."""
    changes = {"workloads[0].images_per_month": images_per_month, "supplies[0].gpu_count": gpu_count}
    decision = decide(scenario(changes), [profile("one")])
    return decision_document(decision, "en")


def test_a_trillion_pictures_are_refused_with_the_workload_and_the_units() -> None:
    with pytest.raises(SolverError) as caught:
        answer(1e12, gpu_count=1)
    assert "workload 'pictures' asks for up to 1.2e+13 pictures a year" in str(caught.value)
    assert "supply 'rented' would need" in str(caught.value)
    assert "check the workload's images_per_month" in str(caught.value)


def test_ten_billion_pictures_cost_ten_times_a_billion() -> None:
    one, ten = answer(1e9), answer(1e10)
    assert one["verified"] is True
    assert ten["verified"] is True
    each = [found["choice"]["cost_per_accepted_image"] for found in (one, ten)]
    one_unit = 2880 * 8760 / 12e9  # what a machine more or less weighs among a billion pictures a month
    assert each[1] == pytest.approx(each[0], abs=one_unit)
    assert each[0] > 1000 * one_unit


def tiny(demand: float, **supply: Any) -> FleetProgramme:
    """One second on a board for each picture, on machines of one board at 1 an hour."""
    rented = FleetSupply(name="rented", vendor=0, kind="on_demand", hour_price=np.ones((1, 1)), **supply)
    return programme([candidate(0, board_s=1.0)], [rented], demand=demand, shape=ONE)


def test_a_million_units_are_planned_and_more_are_refused() -> None:
    seconds = 3600 * 8760
    solution = solve_fleet(tiny(999_999 * seconds))
    assert solution.objective == pytest.approx(999_999 * 8760, rel=1e-9)
    with pytest.raises(
        SolverError, match=r"supply 'rented' would need 1e\+06 units at once with m0; at most 1,000,000"
    ):
        solve_fleet(tiny(1_000_001 * seconds))


def test_few_units_for_a_billion_times_their_work_are_refused_and_not_solved_wrong() -> None:
    with pytest.raises(SolverError, match=r"would need 3\.17e\+09 units at once"):
        solve_fleet(tiny(1e17, units_max=3))


def test_less_than_a_billionth_of_a_picture_a_year_is_refused() -> None:
    with pytest.raises(SolverError, match=r"workload 'j0' asks for 1e-10 pictures in some year, too few"):
        solve_fleet(tiny(1e-10))


def test_a_year_without_pictures_is_no_fault() -> None:
    require_solvable(tiny(0.0))


def test_more_shares_than_memory_holds_are_refused_before_any_is_made() -> None:
    whole = tiny(1.0)
    blocks = 30_000_000
    wide = FleetProgramme(
        **{
            **whole.__dict__,
            "demand": np.broadcast_to(1.0, (1, 1, 1, blocks)),
            "block_hours": np.broadcast_to(8760.0 / blocks, (blocks,)),
        }
    )
    with pytest.raises(
        SolverError, match=r"1 candidates x 1 drawn worlds x 1 years x 30,000,000 time blocks"
    ):
        require_solvable(wide)


def test_draws_are_bounded_by_memory() -> None:
    require_draws(1_000_000, 1, figures=60, months=60)
    with pytest.raises(
        RoiError, match=r"1,000,000,000,000 draws do not fit into memory: at most \d,\d{3},\d{3} do"
    ):
        require_draws(10**12, 1, figures=60)
    with pytest.raises(RoiError, match="do not fit into memory"):
        require_draws(1_000_000, 1, figures=60, months=12 * 50)


@pytest.mark.parametrize(
    "command",
    [
        ("sensitivity",),
        ("sensitivity", "--plan"),
        ("report", "-o", "report.xlsx"),
        ("report", "-o", "report.md"),
    ],
)
def test_a_trillion_draws_are_refused_before_anything_is_solved(
    command: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--draws", "1000000000000"]) == 2
    printed = capfd.readouterr()
    assert "1,000,000,000,000 draws do not fit into memory" in printed.err
    assert printed.out == ""


def test_a_log_of_attempts_is_bounded_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "request_id,attempt,accepted,model,review_seconds\na,1,1,sdxl,1e308\nb,1,0,sdxl,2\n", encoding="utf-8"
    )
    assert main(["fit-acceptance", str(log)]) == 2
    assert "line 2: review_seconds 1e+308 is more than can be calculated with" in capfd.readouterr().err


def test_a_number_of_images_that_nobody_looks_through_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "request_id,attempt,accepted,model,review_seconds\na,1,1,sdxl,1\nb,1,0,sdxl,2\n", encoding="utf-8"
    )
    with pytest.raises(LogError, match="images per attempt 1000000000000 must be at most 64"):
        fit_acceptance(read_log(log), 10**12)
