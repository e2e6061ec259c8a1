"""Bars on any ruler: whether an offer has a figure there that counts, and whether it meets the bar.

Every bar is a rule of its own, `bar_` and its reference, so that an answer can say what each alone keeps out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from bench.profile import Quality
from roi.options.offer import Failure, Offer
from roi.scenario.company_limits import Limits
from roi.scenario.workload import Bar, Workload

FID_RULE = "fid_max"


@dataclass(frozen=True, slots=True)
class AnyBar:
    """A bar of a workload, that of the FID like every other."""

    rule: str
    """`fid_max`, or `bar_` and the reference."""
    metric: str
    reference: str
    limit: float
    higher_is_better: bool


@dataclass(frozen=True, slots=True)
class Excluded:
    """What one bar does to the offers of a workload."""

    bar: AnyBar
    judged: int
    """Offers with an accepted figure on this ruler."""
    alone: int
    """Those among them that fail this bar and nothing else."""
    unjudged: int
    """Offers that nothing but the want of a figure on this ruler keeps out."""
    models: tuple[str, ...]
    """Models that this bar alone keeps out, by name."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How far two rulers put the same models in another order."""

    references: tuple[str, str]
    pairs: int
    """Pairs of models that both rulers tell apart."""
    turned: int
    """Those that the two put the other way round."""
    best: tuple[str, str]
    """Best model by either ruler, among those that both judge."""


@dataclass(frozen=True, slots=True)
class Rulers:
    """The bars of a workload against its offers."""

    bars: tuple[Excluded, ...]
    """That of the FID first."""
    disagreements: tuple[Disagreement, ...]


def rule_of(bar: Bar) -> str:
    """Name of the rule that a bar is."""
    return f"bar_{bar.reference}"


def bars_of(workload: Workload) -> tuple[AnyBar, ...]:
    """Every bar of a workload, that of the FID first."""
    quality = workload.quality
    others = [
        AnyBar(rule_of(bar), bar.metric, bar.reference, bar.limit, bar.higher_is_better)
        for bar in quality.bars
    ]
    if quality.fid_max is None:
        return tuple(others)
    return (AnyBar(FID_RULE, "FID", quality.reference, quality.fid_max, False), *others)


def figures_of(workload: Workload, offer: Offer) -> tuple[Quality | None, ...]:
    """What an offer has on each of `bars_of`."""
    return offer.bar_figures if workload.quality.fid_max is None else (offer.quality, *offer.bar_figures)


def judgeable(metric: str, reference: str, quality: Quality | None, limits: Limits) -> Failure | None:
    """The failure of an offer without a figure on a ruler, or whose figure is of settings too far from its own."""
    if quality is None:
        values: dict[str, object] = {"metric": metric, "reference": reference}
        return Failure("reference", f"no {metric} on {reference}", "no_quality", values)
    if quality.match in limits.accept_match:
        return None
    values = {
        "match": quality.match,
        "note": quality.match_note or "",
        "metric": metric,
        "figure": quality.value,
        "reference": reference,
    }
    accepted, match = list(limits.accept_match), quality.match
    return Failure("accept_match", f"quality match {match}", "match", values, accepted, match)


def bar_failures(workload: Workload, limits: Limits, offer: Offer) -> Iterator[Failure]:
    """What an offer fails of the bars beside the FID."""
    for bar, figure in zip(workload.quality.bars, offer.bar_figures, strict=True):
        unknown = judgeable(bar.metric, bar.reference, figure, limits)
        if unknown is not None:
            yield unknown
        if figure is None:
            continue
        guarded = guarded_figure(figure, workload.quality.z, higher_is_better=bar.higher_is_better)
        if not bar.passes(guarded):
            yield _missed(bar, guarded)


def _missed(bar: Bar, figure: float) -> Failure:
    values: dict[str, object] = {
        "metric": bar.metric,
        "figure": figure,
        "bar": bar.limit,
        "reference": bar.reference,
    }
    rule, metric = rule_of(bar), bar.metric
    if bar.higher_is_better:
        return Failure(rule, f"{metric} below the bar", "bar_below", values, bar.limit, figure)
    return Failure(rule, f"{metric} above the bar", "bar_above", values, bar.limit, figure)


def guarded_figure(figure: Quality, z: float, *, higher_is_better: bool) -> float:
    """The figure made worse by `z` standard errors."""
    margin = z * (figure.stderr or 0.0)
    return figure.value - margin if higher_is_better else figure.value + margin


def rulers(workload: Workload, offers: Sequence[Offer], limits: Limits) -> Rulers:
    """What the bars of a workload do to its offers, and where they put models in another order."""
    return Rulers(_all_excluded(workload, offers, limits), _disagreements(workload, offers, limits))


def _all_excluded(workload: Workload, offers: Sequence[Offer], limits: Limits) -> tuple[Excluded, ...]:
    figures = [figures_of(workload, offer) for offer in offers]
    return tuple(
        _excluded(bar, offers, [each[place] for each in figures], limits)
        for place, bar in enumerate(bars_of(workload))
    )


def _excluded(
    bar: AnyBar, offers: Sequence[Offer], figures: Sequence[Quality | None], limits: Limits
) -> Excluded:
    counted = [figure is not None and figure.match in limits.accept_match for figure in figures]
    alone = [offer for offer in offers if [failure.rule for failure in offer.failures] == [bar.rule]]
    unjudged = [
        offer
        for offer in offers
        if len(offer.failures) == 1
        and offer.failures[0].rule == "reference"
        and offer.failures[0].values["reference"] == bar.reference
    ]
    models = tuple(sorted({offer.model_name for offer in alone}))
    return Excluded(bar, sum(counted), alone=len(alone), unjudged=len(unjudged), models=models)


def _disagreements(workload: Workload, offers: Sequence[Offer], limits: Limits) -> tuple[Disagreement, ...]:
    """Of every two rulers that both judge at least two models."""
    readers: list[tuple[str, bool, Callable[[Offer], Quality | None]]] = [
        (workload.quality.reference, False, lambda offer: offer.quality)
    ]
    for place, bar in enumerate(workload.quality.bars):
        readers.append((bar.reference, bar.higher_is_better, _figure_at(place)))
    goodness = {name: _goodness(offers, limits, higher, read) for name, higher, read in readers}
    found = []
    for one, other in combinations(goodness, 2):
        shared = sorted(goodness[one].keys() & goodness[other].keys())
        if len(shared) > 1:
            found.append(_disagreement((one, other), goodness[one], goodness[other], shared))
    return tuple(found)


def _figure_at(place: int) -> Callable[[Offer], Quality | None]:
    return lambda offer: offer.bar_figures[place]


def _goodness(
    offers: Sequence[Offer], limits: Limits, higher: bool, read: Callable[[Offer], Quality | None]
) -> dict[str, float]:
    """By model the figure turned so that larger is better; of several the worst."""
    found: dict[str, float] = {}
    for offer in offers:
        figure = read(offer)
        if figure is not None and figure.match in limits.accept_match:
            good = figure.value if higher else -figure.value
            found[offer.model_name] = min(good, found.get(offer.model_name, good))
    return found


def _disagreement(
    references: tuple[str, str], one: dict[str, float], other: dict[str, float], shared: Sequence[str]
) -> Disagreement:
    products = [(one[a] - one[b]) * (other[a] - other[b]) for a, b in combinations(shared, 2)]
    best = (max(shared, key=one.__getitem__), max(shared, key=other.__getitem__))
    told = [product for product in products if product]
    return Disagreement(references, len(told), sum(product < 0 for product in told), best)
