"""The bars beside the FID: what the choice has on each ruler, what each bar alone keeps out and costs, and where
rulers put the models in another order.
"""

from collections.abc import Iterator

from bench.profile import Quality
from roi.amounts import money, unit_price
from roi.decision.answer import Choice, Decision, WithoutBar
from roi.options.bars import Disagreement, Excluded, rule_of
from roi.output.figures import Json, offer_label
from roi.scenario.workload import Bar, Workload
from roi.texts import Language, text


def ruler_lines(decision: Decision, workload: Workload, choice: Choice, language: Language) -> Iterator[str]:
    """A line for each bar beside the FID, then one for every two rulers."""
    rulers = decision.rulers.get(workload.name)
    if rulers is None:
        return
    seen = {each.bar.rule: each for each in rulers.bars}
    without = {each.rule: each for each in decision.without_bar.get(workload.name, ())}
    for bar, figure in zip(workload.quality.bars, choice.option.offer.bar_figures, strict=True):
        rule = rule_of(bar)
        effect = effect_words(seen[rule], language)
        cost = _cost_words(decision, choice, without.get(rule), language)
        yield " ".join(part for part in (bar_words(bar, figure, language), effect, cost) if part)
    yield from (disagreement_words(each, language) for each in rulers.disagreements)


def bar_words(bar: Bar, figure: Quality | None, language: Language) -> str:
    """What the choice has on a ruler, the bar there, and how well the figure stands for the settings."""
    key = "page.ruler_least" if bar.higher_is_better else "page.ruler_most"
    limit = text(language, key, limit=bar.limit)
    if figure is None:
        return text(language, "page.ruler_unknown", metric=bar.metric, reference=bar.reference, limit=limit)
    return text(
        language,
        "page.ruler_value",
        metric=bar.metric,
        figure=figure.value,
        reference=bar.reference,
        limit=limit,
        match=text(language, f"match.{figure.match}"),
        source=figure.source.citation,
    )


def effect_words(seen: Excluded, language: Language) -> str:
    """What a bar alone keeps out, and how many options nobody can judge by it."""
    unjudged = text(language, "page.ruler_unjudged", count=seen.unjudged) if seen.unjudged else ""
    if seen.alone:
        models = ", ".join(seen.models)
        return (
            text(language, "page.ruler_alone", count=seen.alone, models=models, judged=seen.judged) + unjudged
        )
    return text(language, "page.ruler_none", judged=seen.judged) + unjudged


def _cost_words(decision: Decision, choice: Choice, without: WithoutBar | None, language: Language) -> str:
    now = decision.cost_per_accepted_image
    if without is None or now is None:
        return ""
    extra = now - without.cost_per_accepted_image
    full = choice.option.cost_per_accepted_image - without.option.cost_per_accepted_image
    images = sum(each.accepted_images_per_month for each in decision.choices)
    return text(
        language,
        "page.ruler_cost",
        option=offer_label(without.option.offer),
        cost=unit_price(without.cost_per_accepted_image, decision.scenario.currency, language),
        extra=unit_price(extra, decision.scenario.currency, language),
        year=money(extra * images * 12, decision.scenario.currency, language),
        full=unit_price(full, decision.scenario.currency, language),
    )


def disagreement_words(found: Disagreement, language: Language) -> str:
    """How many pairs of models two rulers order differently."""
    one, other = found.references
    if not found.turned:
        return text(language, "page.ruler_agree", one=one, other=other, pairs=found.pairs)
    return text(
        language,
        "page.ruler_disagree",
        one=one,
        other=other,
        pairs=found.pairs,
        turned=found.turned,
        best=found.best[0],
        other_best=found.best[1],
    )


def rulers_document(decision: Decision) -> Json:
    """The same for a program, by workload."""
    found: Json = {}
    for name, rulers in decision.rulers.items():
        without = {each.rule: each for each in decision.without_bar.get(name, ())}
        found[name] = {
            "bars": [_bar_document(each, without.get(each.bar.rule)) for each in rulers.bars],
            "disagreements": [
                {
                    "references": list(each.references),
                    "pairs": each.pairs,
                    "turned": each.turned,
                    "best": list(each.best),
                }
                for each in rulers.disagreements
            ],
        }
    return found


def _bar_document(seen: Excluded, without: WithoutBar | None) -> Json:
    return {
        "rule": seen.bar.rule,
        "metric": seen.bar.metric,
        "reference": seen.bar.reference,
        "at_least" if seen.bar.higher_is_better else "at_most": seen.bar.limit,
        "judged": seen.judged,
        "excluded_alone": seen.alone,
        "excluded_models": list(seen.models),
        "unjudged": seen.unjudged,
        "without": None
        if without is None
        else {
            "profile_id": without.option.offer.id,
            "supply": without.option.offer.supply,
            "cost_per_accepted_image": without.cost_per_accepted_image,
        },
    }
