"""Sentences to say in the meeting that decides, each with the figures behind it and only when it holds."""

from collections.abc import Callable

from roi.output.sentences import doubts, gains
from roi.output.sentences.sentence import Sentence
from roi.planning.answer import PlanDecision
from roi.texts import Language

__all__ = ["Sentence", "sentences"]


def sentences(decision: PlanDecision, language: Language) -> tuple[Sentence, ...]:
    """Every sentence that holds for the answer, in the order in which they are said; none without a plan."""
    if decision.worth is None or decision.ledger is None:
        return ()
    found = (rule(decision, language) for rule in _RULES)
    return tuple(sentence for sentence in found if sentence is not None)


_RULES: tuple[Callable[[PlanDecision, Language], Sentence | None], ...] = (
    gains.consumption,
    gains.total_cost,
    gains.running_cost,
    gains.per_image,
    gains.payback,
    gains.carbon,
    doubts.unrealised,
    doubts.loss,
    doubts.no_payback,
    doubts.more_carbon,
    doubts.people_dominate,
    doubts.placeholders,
    doubts.unverified,
)
