"""Names and values of figures and options, in the reader's language."""

from collections.abc import Iterable, Sequence

from roi.amounts import with_unit
from roi.decision.answer import Decision
from roi.options.bars import AnyBar
from roi.options.offer import Offer
from roi.output.figures import offer_label
from roi.sensitivity.inputs import Ranged, field_of
from roi.sensitivity.montecarlo.answer import Bar, Simulation
from roi.sensitivity.verdicts import Pick
from roi.texts import Language, catalogue, text
from roi.texts.messages import Joined, Message, said

YEARLY = "1/year"
"""Unit of rates, which are shown in per cent."""


def figure_label(ranged: Ranged, language: Language) -> str:
    """What the figure is, and of what: `share of paid hours at work, Verda H100 Finland`."""
    several = len(ranged.places) > 1
    owner = text(language, "sensitivity.supplies", count=len(ranged.places)) if several else ranged.owner
    return owned_label(_of_today(ranged.place, ranged.field), owner, language)


def place_label(place: str, owner: str, language: Language) -> str:
    """The same of the figure at a place."""
    return owned_label(_of_today(place, field_of(place)), owner, language)


TODAY = {
    "seconds_per_image": "today_seconds_per_image",
    "acceptance_mean": "today_acceptance_mean",
    "acceptance_concentration": "today_acceptance_concentration",
}
"""What serves today has fields of the same names as what would: its own words tell them apart."""


def _of_today(place: str, field: str) -> str:
    return TODAY.get(field, field) if ".baseline." in place else field


def owned_label(field: str, owner: str, language: Language) -> str:
    """A field's name and what it belongs to, where it belongs to a part of the company alone."""
    name = text(language, f"field.{field}")
    return text(language, "sensitivity.figure_of", figure=name, owner=owner) if owner else name


def value_label(ranged: Ranged, value: float, language: Language) -> str:
    """A value with its unit: `2,130 JPY/h`, `10%/year`; shares stand bare."""
    return with_unit(bare_label(ranged, value), ranged.unit, language)


def bare_label(ranged: Ranged, value: float) -> str:
    """The same without a unit but per cent."""
    return f"{number_label(value * 100)}%" if ranged.unit == YEARLY else number_label(value)


def number_label(value: float) -> str:
    """Four digits that count, whole numbers whole."""
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:,.4g}"


def range_label(ranged: Ranged, language: Language) -> str:
    """`2,130 .. 4,500 (2,800) JPY/h`."""
    low, value, high = (bare_label(ranged, each) for each in (ranged.low, ranged.value, ranged.high))
    return with_unit(f"{low} .. {high} ({value})", ranged.unit, language)


def bar_label(asked: AnyBar, language: Language) -> str:
    """`geneval on geneval/original-prompts, at least 0.6`."""
    key = "page.ruler_least" if asked.higher_is_better else "page.ruler_most"
    limit = text(language, key, limit=asked.limit)
    return text(
        language, "sensitivity.bar_named", metric=asked.metric, reference=asked.reference, limit=limit
    )


def chance_words(bar: Bar, language: Language) -> str:
    """`geneval on geneval/original-prompts, at least 0.6: holds with a probability of 98.0%`."""
    named = bar_label(bar.asked, language)
    if bar.probability is None:
        return text(language, "sensitivity.bar_unknown", bar=named)
    return text(language, "sensitivity.bar_value", bar=named, share=bar.probability)


class Names:
    """Labels of the offers of a decision by id and supply."""

    def __init__(self, decision: Decision) -> None:
        offers = [option.offer for option in decision.options]
        offers += [choice.option.offer for choice in decision.choices]
        self._offers: dict[tuple[str, str], Offer] = {(offer.id, offer.supply): offer for offer in offers}

    def label(self, id: str, supply: str) -> str:  # noqa: A002
        """Model, settings and supply; the bare names of an offer that passes no gate as things stand."""
        offer = self._offers.get((id, supply))
        return f"{id} / {supply}" if offer is None else offer_label(offer)

    def of(self, picks: Iterable[Pick]) -> str:
        """Labels of some picks, each maker once."""
        return "; ".join(dict.fromkeys(self.label(pick.id, pick.supply) for pick in picks))


def draws_note(simulation: Simulation, language: Language) -> str | None:
    """Where the futures may be decided otherwise than `recommend` would; None where they are not."""
    if len(simulation.workloads) > 1:
        return text(language, "sensitivity.note_tied")
    if simulation.proven == 1.0:
        return None
    return text(language, "sensitivity.note_split", share=simulation.proven)


def rule_names(rules: Sequence[str], language: Language) -> str:
    """Rules in words; a sentence that is no rule's name stays as it is."""
    known = catalogue(language)

    def words(rule: str) -> str:
        keys = (f"rule.{rule}", f"plan_rule.{rule}")
        return next((text(language, key) for key in keys if key in known), "") or said(language, rule)

    return ", ".join(words(rule) for rule in rules)


def broken_rules(fault: str | None) -> tuple[str, ...]:
    """The rules that nothing meets, or the sentence that says why nothing could be computed."""
    if isinstance(fault, Joined):
        return fault.parts
    return (fault,) if isinstance(fault, Message) else tuple((fault or "").split(", "))
