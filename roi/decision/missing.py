"""Which figures are still missing before anything can be planned: all of them at once."""

from collections.abc import Iterator, Sequence

from bench.profile import Profile
from roi.errors import MissingFigureError
from roi.options.market import market
from roi.planning.assemble import idle_powers
from roi.planning.supplies import AnySupply, is_by_use
from roi.planning.today import options_today
from roi.scenario.document import Scenario
from roi.scenario.effective import measured_or_missing_w, power_limit_w
from roi.scenario.supply import Api, Own
from roi.texts.messages import lines, message_of


def require_figures(scenario: Scenario, profiles: Sequence[Profile]) -> None:
    """Refuse a scenario of which a supply that would be planned with lacks a figure that nobody knows.

    Raises
    ------
    MissingFigureError
        With a line for each figure.
    """
    offered = [option for each in scenario.workloads for option in market(scenario, each, profiles).options]
    used = {option.offer.supply for option in (*offered, *options_today(scenario, profiles))}
    measured = idle_powers(scenario, profiles)
    wanting = [supply for supply in scenario.supplies if supply.name in used]
    faults = [fault for supply in wanting for fault in _lacking(scenario, supply, measured.get(supply.name))]
    if faults:
        raise MissingFigureError(lines(faults))


def _lacking(scenario: Scenario, supply: AnySupply, measured_w: float | None) -> Iterator[str]:
    """Sentences about what a machine in whole units lacks."""
    if isinstance(supply, Api) or is_by_use(supply):
        return
    if supply.idle_power_w_per_gpu is None:
        try:
            measured_or_missing_w(supply, measured_w)
        except MissingFigureError as fault:
            yield message_of(fault)
    if isinstance(supply, Own) and scenario.site.reads_power and supply.max_power_kw is None:
        try:
            power_limit_w(supply)
        except MissingFigureError as fault:
            yield message_of(fault)
