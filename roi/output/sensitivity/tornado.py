"""One figure at a time: the tornado, and where the choice turns."""

from collections.abc import Sequence

from roi.amounts import bare_price, coin, unit_price
from roi.output.sensitivity.headline import moving, then_label
from roi.output.sensitivity.labels import Names, figure_label, range_label, rule_names, value_label
from roi.paper import Column, Heading, Part, Sentence, Table, bullets
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.switching import Switch
from roi.sensitivity.tornado import End, TornadoBar
from roi.texts import Language, text

SHOWN = 10
"""Bars on the page; the JSON has all."""
PICTURE_COLUMNS = 16
SAME_FRACTION = 0.005
"""Difference between keeping and choosing anew that is worth a line."""
BEYOND_SHOWN = 5


def tornado_rows(analysis: Analysis, language: Language) -> list[Part]:
    """The widest bars as a table with a picture, what choosing anew saves, and how many do nothing."""
    if not analysis.bars:
        return []
    currency = analysis.decision.scenario.currency
    moved = moving(analysis)
    shown, rest = moved[:SHOWN], moved[SHOWN:]
    parts: list[Part] = [Heading(text(language, "sensitivity.tornado"))]
    if shown:
        parts.append(_table(shown, currency, language))
        parts.append(Sentence(text(language, "sensitivity.legend"), tone="note"))
    if rest:
        amount = unit_price(max(bar.cost_swing for bar in rest), currency, language)
        line = text(language, "sensitivity.rest_small", count=len(rest), amount=amount)
        parts.append(Sentence(line, tone="note"))
    still = len(analysis.bars) - len(moved)
    if still:
        parts.append(Sentence(text(language, "sensitivity.rest_none", count=still), tone="note"))
    lines = [
        line for bar in shown for end in (bar.low, bar.high) for line in _kept(bar, end, currency, language)
    ]
    return [*parts, bullets(lines)] if lines else parts


def _table(bars: Sequence[TornadoBar], currency: str, language: Language) -> Table:
    scale = scale_of(bars)
    named, ends = coin(currency, language), [bare_price(end, currency) for end in scale]
    rows = Table(
        (
            Column(text(language, "sensitivity.figure")),
            Column(text(language, "sensitivity.range")),
            Column(text(language, "sensitivity.at_low", currency=named), "number"),
            Column(text(language, "sensitivity.at_high", currency=named), "number"),
            Column(text(language, "sensitivity.picture", low=ends[0], high=ends[1]), "picture"),
        )
    )
    for bar in bars:
        rows.add(
            figure_label(bar.ranged, language),
            range_label(bar.ranged, language),
            _cost(bar.low, currency, language),
            _cost(bar.high, currency, language),
            Sentence(_picture(bar, scale), tone="warning" if bar.changes else ""),
        )
    return rows


def _cost(end: End, currency: str, language: Language) -> Sentence:
    cost = end.cost_per_accepted_image
    if cost is None:
        return Sentence(text(language, "sensitivity.no_answer"), tone="bad")
    return Sentence(f"{bare_price(cost, currency)}{' *' if end.changes else ''}")


def scale_of(bars: Sequence[TornadoBar]) -> tuple[float, float]:
    """Least and largest cost over all ends."""
    costs = [
        end.cost_per_accepted_image
        for bar in bars
        for end in (bar.low, bar.high)
        if end.cost_per_accepted_image is not None
    ]
    return (min(costs), max(costs)) if costs else (0.0, 0.0)


def _picture(bar: TornadoBar, scale: tuple[float, float]) -> str:
    """A bar of blocks from the cheaper to the dearer end; an end without an answer runs out of the picture."""
    width = (scale[1] - scale[0]) or 1.0
    costs = [
        end.cost_per_accepted_image for end in (bar.low, bar.high) if end.cost_per_accepted_image is not None
    ]
    if not costs:
        return "?" * PICTURE_COLUMNS
    first = round((min(costs) - scale[0]) / width * (PICTURE_COLUMNS - 1))
    last = round((max(costs) - scale[0]) / width * (PICTURE_COLUMNS - 1))
    if len(costs) == 1:
        return " " * first + "#" + "?" * (PICTURE_COLUMNS - 1 - first)
    return " " * first + "#" * (last - first + 1)


def _kept(bar: TornadoBar, end: End, currency: str, language: Language) -> list[str]:
    """What keeping the choice would cost where another is better, or other attempts are."""
    figure, value = figure_label(bar.ranged, language), value_label(bar.ranged, end.value, language)
    kept, best = end.fixed_cost_per_accepted_image, end.cost_per_accepted_image
    if kept is None:
        return []
    shown = unit_price(kept, currency, language)
    if end.fixed_breaks:
        rules = rule_names(end.fixed_breaks, language)
        return [
            text(language, "sensitivity.kept_breaks", figure=figure, value=value, kept=shown, rules=rules)
        ]
    if best is not None and kept > best * (1 + SAME_FRACTION):
        best_shown = unit_price(best, currency, language)
        return [text(language, "sensitivity.kept", figure=figure, value=value, kept=shown, best=best_shown)]
    if end.resets and len(end.picks) == 1:
        return [
            text(
                language,
                "sensitivity.kept_resets",
                figure=figure,
                value=value,
                images=end.picks[0].images,
                limit=end.picks[0].attempts_max,
            )
        ]
    return []


def switching_rows(analysis: Analysis, language: Language) -> list[Part]:
    """Each figure's turning point: those within the ranges, then the nearest outside."""
    if not analysis.bars:
        return []
    parts: list[Part] = [Heading(text(language, "sensitivity.switching"))]
    if not analysis.switches:
        return [*parts, Sentence(text(language, "sensitivity.switching_none"))]
    inside = [switch for switch in analysis.switches if switch.within_range]
    outside = [switch for switch in analysis.switches if not switch.within_range]
    parts.append(_switch_table([*inside, *outside[:BEYOND_SHOWN]], Names(analysis.decision), language))
    hidden = len(outside) - BEYOND_SHOWN
    if hidden > 0:
        parts.append(Sentence(text(language, "sensitivity.switching_more", count=hidden), tone="note"))
    return parts


def _switch_table(switches: Sequence[Switch], names: Names, language: Language) -> Table:
    shares = (("figure", 3), ("now", 1), ("turns_at", 2), ("then", 4))
    rows = Table(tuple(Column(text(language, f"sensitivity.{key}"), "words", share) for key, share in shares))
    for switch in switches:
        value = value_label(switch.ranged, switch.value, language)
        rows.add(
            figure_label(switch.ranged, language),
            value_label(switch.ranged, switch.ranged.value, language),
            value if switch.within_range else text(language, "sensitivity.beyond", value=value),
            then_label(switch, names, language),
            tone="" if switch.within_range else "note",
        )
    return rows
