"""What the amounts mean, what the answer rests on, and its proof."""

from collections.abc import Iterator

from roi.amounts import quantity, whole_money
from roi.disclosure import limits_carbon
from roi.output.plan.totals import fallback_pictures
from roi.output.verification import proof_tone, review_line, verified_words
from roi.output.years import years_sentence
from roi.paper import Heading, Named, Part, Sentence, bullets
from roi.planning.answer import PlanDecision
from roi.planning.entries import Ledger
from roi.scenario.effective import placeholders_of
from roi.texts import Language, text


def doubt_line(decision: PlanDecision, language: Language) -> Sentence:
    """On the first screen: whether the answer is proven, and how many figures are not the user's yet."""
    count, total = placeholders_of(decision.scenario)
    proven = _proven(decision, language)
    known = text(language, "plan.placeholders", count=count, total=total)
    return Sentence(f"\n{proven} {known}", tone="warning" if count or not decision.verified else "good")


def _proven(decision: PlanDecision, language: Language) -> str:
    verified = verified_words(language, decision)
    if decision.solver is None:
        return verified
    key = "plan.proven_optimal" if decision.status == "optimal" else "plan.proven_within"
    return text(language, key, gap=decision.solver.gap, verified=verified)


def weighed_words(decision: PlanDecision, language: Language) -> str:
    """What the solver's bound is of where it is not of cash alone; empty where it is."""
    limits, finance = decision.scenario.limits, decision.scenario.finance
    weighed = finance.risk is not None or limits.internal_carbon_price is not None
    return text(language, "plan.gap_weighed") if weighed else ""


def term_rows(decision: PlanDecision, ledger: Ledger, language: Language) -> list[Part]:
    """What the amounts mean, stated once."""
    lines = term_lines(decision, ledger, language)
    return [Heading(text(language, "plan.terms")), bullets(lines)]


def term_lines(decision: PlanDecision, ledger: Ledger, language: Language) -> tuple[str, ...]:
    """Nominal or real, with or without tax, whose years."""
    scenario = decision.scenario
    finance = scenario.finance
    lines = [
        text(language, f"plan.basis_{finance.basis}", year=scenario.price_year),
        text(language, f"plan.amounts_{finance.amounts}"),
        years_sentence(scenario, ledger.years, language),
    ]
    if finance.tax is not None:
        method = text(language, f"plan.depreciation_{finance.tax.depreciation}")
        tax = finance.tax
        lines.append(text(language, "plan.tax", rate=tax.rate.value, method=method, years=tax.life_years))
    if finance.risk is not None:
        risk = finance.risk
        lines.append(
            text(language, "plan.risk", weight=risk.weight.value, tail=risk.tail_fraction, worlds=risk.worlds)
        )
    if scenario.limits.internal_carbon_price is not None:
        lines.append(text(language, "plan.carbon_price"))
    if decision.without_baseline:
        names = ", ".join(decision.without_baseline)
        lines.append(text(language, "plan.no_baseline", names=names))
    return (*lines, *_fallback_carbon(decision, ledger, language))


def _fallback_carbon(decision: PlanDecision, ledger: Ledger, language: Language) -> Iterator[str]:
    """Pictures whose emissions are in no sum and no limit."""
    count = fallback_pictures(decision)
    if count < 1.0 or not ledger.energy:
        return
    limited = limits_carbon(decision.scenario)
    key = "plan.fallback_carbon_limits" if limited else "plan.fallback_carbon"
    yield text(language, key, count=quantity(count))


def proof_rows(decision: PlanDecision, language: Language) -> list[Part]:
    """Solver, gap, bound, candidates, recomputation, inputs."""
    report = decision.solver
    if report is None:
        return []
    rows = Named()
    status = text(language, f"plan.status_{decision.status}")
    rows.add(
        text(language, "plan.solver"),
        text(language, "plan.solver_value", name=report.name, version=report.version, seconds=report.seconds),
    )
    bound = whole_money(report.bound, decision.scenario.currency, language)
    gap = text(language, "plan.gap_value", status=status, gap=report.gap, bound=bound)
    rows.add(text(language, "plan.gap"), f"{gap}{weighed_words(decision, language)}")
    kept = report.candidates_after_pruning
    rows.add(
        text(language, "plan.candidates"),
        text(language, "plan.candidates_value", kept=kept, total=report.candidates),
    )
    verified = verified_words(language, decision)
    again = review_line(decision.verification, language)
    agrees = "\n".join(line for line in (verified, again) if line)
    rows.add(
        text(language, "plan.recomputed"),
        Sentence(agrees, proof_tone(decision)),
    )
    rows.add(text(language, "plan.inputs"), decision.inputs_hash)
    return [Heading(text(language, "page.solver")), rows]
