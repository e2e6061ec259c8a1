"""A scenario narrowed to one workload and to the wishes of a command line."""

import sys
from dataclasses import dataclass

from bench.boards import board, same_board
from bench.magnitude import reach, shortly
from bench.profile import MATCHES
from roi.countries import country_code, nearest_countries
from roi.errors import RoiError
from roi.nearest import did_you_mean
from roi.scenario.change import with_changes, with_country
from roi.scenario.document import Scenario
from roi.scenario.supply import Api, canonical_board, nearest_boards
from roi.scenario.workload import Workload
from roi.texts import Language
from roi.texts.messages import Joined, Message, at, message_of, said
from roi.words import out_of_reach

SMALLEST_POSITIVE = sys.float_info.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a command line asks beside the scenario; None leaves the scenario's own."""

    fid_max: float | None = None
    reference: str | None = None
    country: str | None = None
    gpu: str | None = None
    latency_max_s: float | None = None
    min_pixels: int | None = None
    carbon_max_kg_co2e: float | None = None
    accept_match: tuple[str, ...] | None = None
    workload: str | None = None


def narrowed(scenario: Scenario, wishes: Wishes) -> Scenario:
    """The scenario with one workload and the wishes in it.

    Raises
    ------
    RoiError
        When several workloads stand there and none is named, a name, match or board is unknown, or a wish
        cannot be.
    MissingFigureError
        When a wished country lacks a figure that an own supply needs.
    """
    _require_possible(wishes)
    workload = chosen_workload(scenario, wishes.workload)
    if wishes.country is not None:
        scenario = with_country(scenario, _country(wishes.country))
    kept = scenario.model_dump(mode="json", include={"workloads": {scenario.workloads.index(workload)}})
    return with_changes(scenario, {**kept, **_changes(scenario, wishes)})


def _country(written: str) -> str:
    code = country_code(written)
    if code is None:
        raise RoiError(Message("asked.country", given=repr(written), near=nearest_countries(written)))
    return code


def chosen_workload(scenario: Scenario, name: str | None) -> Workload:
    """The workload of that name; without a name the only one.

    Raises
    ------
    RoiError
        When the name is unknown, or left out although there are several workloads.
    """
    names = ", ".join(repr(workload.name) for workload in scenario.workloads)
    if name is None:
        if len(scenario.workloads) > 1:
            raise RoiError(Message("asked.several_workloads", names=names))
        return scenario.workloads[0]
    found = scenario.workload(name)
    if found is None:
        meant = did_you_mean(name, [workload.name for workload in scenario.workloads])
        raise RoiError(Message("asked.workload", given=repr(name), meant=meant, names=names))
    return found


def _changes(scenario: Scenario, wishes: Wishes) -> dict[str, object]:
    changes: dict[str, object] = {
        "workloads[0].quality.fid_max": wishes.fid_max,
        "workloads[0].quality.reference": wishes.reference,
        "workloads[0].min_pixels": wishes.min_pixels,
        "workloads[0].latency_max_s": wishes.latency_max_s,
        "workloads[0].carbon_max": wishes.carbon_max_kg_co2e,
    }
    if wishes.latency_max_s is not None:
        changes["workloads[0].deferrable"] = False
    if wishes.accept_match is not None:
        changes["limits.accept_match"] = _matches(scenario, wishes.accept_match)
    if wishes.gpu is not None:
        changes["limits.boards"] = [_board_name(scenario, wishes.gpu)]
    return {place: value for place, value in changes.items() if value is not None}


def _matches(scenario: Scenario, wished: tuple[str, ...]) -> list[str]:
    unknown = [match for match in wished if match not in MATCHES]
    if unknown:
        meant = did_you_mean(unknown[0], MATCHES)
        known = ", ".join(MATCHES)
        raise RoiError(Message("asked.match", given=repr(unknown[0]), meant=meant, known=known))
    accepted = {*scenario.limits.accept_match, *wished}
    return [match for match in MATCHES if match in accepted]


def _board_name(scenario: Scenario, name: str) -> str:
    """A known board, or one that a supply offers under that name."""
    try:
        found = canonical_board(name)
    except ValueError as fault:
        raise RoiError(Joined(" ", ("--gpu", message_of(fault)))) from None
    if board(found):
        return found
    for supply in scenario.supplies:
        if not isinstance(supply, Api) and same_board(supply.board, name):
            return supply.board
    raise RoiError(Message("asked.gpu", given=repr(name), near=nearest_boards(name)))


def _require_possible(wishes: Wishes) -> None:
    for option, value, lowest, key in (
        ("--fid-max", wishes.fid_max, SMALLEST_POSITIVE, "asked.above_0"),
        ("--latency-max", wishes.latency_max_s, SMALLEST_POSITIVE, "asked.above_0"),
        ("--min-pixels", wishes.min_pixels, 1, "asked.at_least_1"),
        ("--carbon-max", wishes.carbon_max_kg_co2e, 0, "asked.at_least_0"),
    ):
        if value is None:
            continue
        if value < lowest:
            raise RoiError(at(option, Message(key, given=shortly(value))))
        if reach(value) is not None:
            raise RoiError(at(option, out_of_reach(value)))
    if wishes.reference == "":
        raise RoiError(at("--reference", Message("asked.reference_empty")))


def supply_lines(board_name: str, currency: str, language: Language) -> tuple[str, ...]:
    """The YAML lines of a supply that offers a board, figures left to the user."""
    slug = board_name.lower().replace(" ", "-")
    asked = (
        ("kind: rent", "kind"),
        ("price_per_h: ...", "price"),
        ("utilization_fraction: ...", "utilization"),
        ("country: ...", "country"),
        ("pue: ...", "pue"),
        ("idle_power_w_per_gpu: ...", "idle"),
    )
    told = {entry: said(language, Message(f"supply_line.{key}", currency=currency)) for entry, key in asked}
    entries = (
        "kind: rent",
        "vendor: ...",
        f"board: {board_name}",
        *(entry for entry, _ in asked[1:]),
    )
    lines = (f"    {entry:<28}# {told[entry]}" if entry in told else f"    {entry}" for entry in entries)
    return (f"  - name: my-{slug}", *lines)
