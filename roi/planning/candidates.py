"""Options as columns of the fleet programme: what a request takes and costs, by price stream.

A stream is money that moves together: `rent/<supply>`, `api/<supply>`, `hardware/<supply>` (capital of an own
server that other work fills), `space/<supply>` (its upkeep and space), `fallback/<workload>` and `review`. The word
before the stroke is that of `roi.cost`: it tells the component of the ledger and the escalation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from roi.arrays import FloatArray
from roi.cost import STREAMS, change_of
from roi.fleet.problem import FleetCandidates
from roi.options.price import Option
from roi.planning.horizon import growth
from roi.planning.supplies import AnySupply, is_by_use
from roi.planning.worlds import Worlds
from roi.scenario.document import Scenario
from roi.scenario.supply import Api, Own
from roi.scenario.workload import Workload


def component_of(stream: str) -> str:
    """The ledger's component of a price stream."""
    return STREAMS[stream.partition("/")[0]].component


def choice_key(option: Option) -> tuple[str, str, int, int]:
    """Workload, profile or service, images per attempt, attempts: the choice, wherever it runs."""
    return (option.workload, option.offer.id, option.attempt.images, option.attempts_max)


def ordered(options: Iterable[Option]) -> tuple[Option, ...]:
    """Options in the programme's order, by names alone, whatever the order of the files."""
    return tuple(sorted(options, key=lambda option: (*choice_key(option), option.offer.supply)))


def by_name(scenario: Scenario) -> tuple[Workload, ...]:
    """Workloads in the programme's order."""
    return tuple(sorted(scenario.workloads, key=lambda workload: workload.name))


def candidates(
    scenario: Scenario, options: Sequence[Option], models: Sequence[str], supplies: Sequence[str]
) -> FleetCandidates:
    """The options, in their order, as columns."""
    named = {supply.name: supply for supply in scenario.supplies}
    where = [named[option.offer.supply] for option in options]
    pairs = [(option, option.outcome.expected_attempts) for option in options]
    choices = {key: place for place, key in enumerate(dict.fromkeys(map(choice_key, options)))}
    workloads = [workload.name for workload in by_name(scenario)]
    return FleetCandidates(
        choice=_whole(choices[choice_key(option)] for option in options),
        workload=_whole(workloads.index(option.workload) for option in options),
        model=_whole(models.index(option.offer.model_id) for option in options),
        supply=_whole(supplies.index(option.offer.supply) for option in options),
        deliver=np.array([option.outcome.deliver_probability for option in options]),
        board_s=np.array([option.attempt.busy_s * attempts for option, attempts in pairs]),
        energy_kwh=np.array([(option.attempt.energy_kwh or 0.0) * attempts for option, attempts in pairs]),
        embodied_kg=np.array(
            [
                _embodied_kg(option, supply) * attempts
                for (option, attempts), supply in zip(pairs, where, strict=True)
            ]
        ),
        stream=_streams(options, where),
        quality=np.array([_quality(option) for option in options]),
    )


def stream_factors(
    scenario: Scenario, streams: Iterable[str], worlds: Worlds, years: int
) -> dict[str, FloatArray]:
    """Price of every stream over today's, by world and year [1, W x Y]."""
    return {
        name: np.outer(
            _drawn(scenario, name, worlds),
            growth(change_of(name.partition("/")[0], scenario.finance.escalation), years),
        )
        for name in streams
    }


def _whole(numbers: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.fromiter(numbers, dtype=np.int64)


def _embodied_kg(option: Option, supply: AnySupply) -> float:
    """Making, of one attempt where the supply is paid by use; whole units carry their own."""
    if not is_by_use(supply):
        return 0.0
    embodied = option.attempt.embodied_kg_co2e
    return np.nan if embodied is None else embodied


def _quality(option: Option) -> float:
    return np.inf if option.offer.quality is None else option.offer.quality.value


def _streams(options: Sequence[Option], where: Sequence[AnySupply]) -> Mapping[str, FloatArray]:
    found: dict[str, FloatArray] = {}
    for place, (option, supply) in enumerate(zip(options, where, strict=True)):
        for name, amount in request_streams(option, supply):
            found.setdefault(name, np.zeros(len(options)))[place] = amount
    return dict(sorted(found.items()))


def request_streams(option: Option, supply: AnySupply) -> Iterator[tuple[str, float]]:
    """Cash of one request at today's prices by stream; machines in whole units and electricity are apart."""
    for name, amount in option.streams.items():
        owner = STREAMS[name].owner
        if owner == "company":
            yield name, amount
        elif owner == "workload":
            yield f"{name}/{option.workload}", amount
        elif is_by_use(supply) and name != "electricity":
            yield f"{name}/{supply.name}", amount


def _drawn(scenario: Scenario, stream: str, worlds: Worlds) -> FloatArray:
    """What the price of the stream is over its value, by world; hardware by use is not drawn [1, W]."""
    kind, _, name = stream.partition("/")
    price = scenario.labour.wage_per_h if kind == "review" else None
    workload = scenario.workload(name) if kind == "fallback" else None
    if workload is not None:
        price = workload.fallback_cost
    supply = next((each for each in scenario.supplies if each.name == name), None)
    if STREAMS[kind].owner == "supply" and supply is not None and not isinstance(supply, Own):
        price = supply.price_per_image if isinstance(supply, Api) else supply.price_per_h
    return np.ones(worlds.count) if price is None else worlds.of(price)
