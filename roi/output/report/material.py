"""From a plan to everything that the report's pages say: how sure it is, and the choice for a picture beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from importlib.metadata import version
from platform import python_version
from typing import Literal

from bench.profile import Profile
from roi.amounts import unit_words
from roi.decision.decide import decision_of
from roi.fleet.solver import GAP_DEFAULT
from roi.output.figures import offer_label
from roi.output.plan.ending import term_lines, weighed_words
from roi.output.plan.headline import compared_alone
from roi.output.plan.what import actions, work_done
from roi.output.report.contract import contract
from roi.output.report.listing import excluded, hidden, option_lines, others, quotes
from roi.output.report.risks import risks
from roi.output.report.sureness import case_values, futures, moved, moved_note, range_words, turns
from roi.output.sensitivity.labels import place_label
from roi.output.sentences import sentences
from roi.output.verification import review_line, verified_words
from roi.output.years import year_labels
from roi.planning.answer import PlanDecision
from roi.planning.entries import Ledger
from roi.planning.reprice import breaks
from roi.scenario.effective import effective_figures
from roi.sensitivity.analysis import Step
from roi.sensitivity.base import plan_base
from roi.sensitivity.frontier import FidPoint, fid_frontier
from roi.sensitivity.inputs import owners
from roi.sensitivity.montecarlo.answer import Simulation
from roi.sensitivity.montecarlo.simulate import simulate_decision
from roi.sensitivity.plan_analysis import KeptPlan, PlanAnalysis, break_evens
from roi.sensitivity.plandraws.returns import plan_risk
from roi.sensitivity.tornado import kept_tornado
from roi.texts import Language, bundled, text
from roi.workbook.report.pages.material import Assumption, FidStep, Material

SEED = 1
BROKEN_SOLVED_MOST = 4
"""Ends at which the kept plan breaks a rule and is therefore solved anew: each takes as long as the plan did."""
CHOICE_DRAWS_MOST = 2000
"""Futures in which the choice for a picture is made anew: shares of them are told to whole per cent, and their
standard error is 1.1 % at most."""
SHAPE: Literal["triangular"] = "triangular"


def kept_analysis(
    decision: PlanDecision,
    profiles: Sequence[Profile],
    draws: int,
    *,
    time_limit_s: float | None = None,
    gap: float = GAP_DEFAULT,
    step: Step = lambda _name: None,
) -> PlanAnalysis:
    """Figures moved under the kept plan, solved anew only where it breaks a rule; where futures are drawn, those
    and the values at which the plan earns nothing.
    """
    if decision.plan is None:
        return PlanAnalysis(decision, (), (), None)
    drawable = decision.scenario.finance.risk is None
    foresight = KeptPlan(decision) if drawable else None
    base = replace(plan_base(decision, profiles, time_limit_s=time_limit_s, gap=gap), foresight=foresight)
    step("plan_kept")
    bars = kept_tornado(base, breaks=partial(breaks, decision), solved_most=BROKEN_SOLVED_MOST)
    if not draws or not drawable:
        return PlanAnalysis(decision, bars, (), None)
    step("plan_switching")
    turns = break_evens(base, bars, foresight)
    step("plan_draws")
    return PlanAnalysis(decision, bars, turns, plan_risk(decision, draws=draws, seed=SEED))


def report_material(
    analysis: PlanAnalysis, profiles: Sequence[Profile], draws: int, language: Language, made_on: date
) -> Material:
    """What the report says.

    Raises
    ------
    ValueError
        When there is no plan.
    """
    asked = analysis.decision.scenario
    choice = decision_of(analysis.decision)
    drawn = bool(draws and choice.choices)
    count = min(draws, CHOICE_DRAWS_MOST)
    simulation = simulate_decision(choice, profiles, draws=count, seed=SEED, shape=SHAPE) if drawn else None
    return material_of(analysis, simulation, fid_frontier(asked, profiles), language, made_on)


def material_of(
    analysis: PlanAnalysis,
    simulation: Simulation | None,
    fid: tuple[FidPoint, ...],
    language: Language,
    made_on: date,
) -> Material:
    """What the pages say.

    `simulation` is of the choice for a picture, `fid` its frontier; the plan's own futures are in the analysis.

    Raises
    ------
    ValueError
        When there is no plan.
    """
    decision = analysis.decision
    ledger = decision.ledger
    if ledger is None or decision.worth is None:
        raise ValueError("a report needs a plan")
    return Material(
        decision=decision,
        language=language,
        matter=decision.scenario.proposal.title or bundled(language, decision.scenario.name),
        asked=text(
            language,
            "plan.decision_text",
            actions=actions(decision, ledger, language),
            work=work_done(decision, language),
        ).strip(),
        contract=contract(decision, ledger.years, language),
        schedule=_schedule(decision, ledger, language),
        sentences=sentences(decision, language),
        options=option_lines(decision, language),
        hidden=hidden(decision),
        excluded=excluded(decision, language),
        quotes=quotes(decision, language),
        others=others(decision, language),
        moved=moved(analysis, language),
        by_npv=decision.finance is not None,
        moved_note=moved_note(analysis, language),
        cases=case_values(analysis),
        turns=turns(analysis, language),
        futures=futures(analysis, simulation, language),
        range_words=f"{range_words(analysis, language)}{compared_alone(decision, ledger, language)}",
        fid_steps=_fid_steps(decision, fid),
        risks=risks(analysis, language),
        assumptions=_assumptions(decision, language),
        terms=term_lines(decision, ledger, language),
        log=_log(decision, language),
        year_labels=year_labels(decision.scenario, ledger.years, language),
        made_on=made_on,
    )


def _schedule(decision: PlanDecision, ledger: Ledger, language: Language) -> tuple[str, ...]:
    """The proposer's words, else purchases and commitments by year."""
    if decision.scenario.proposal.schedule is not None:
        return (decision.scenario.proposal.schedule,)
    labels = year_labels(decision.scenario, ledger.years, language)
    found = [
        text(
            language, "paper.schedule_units", year=labels[row.year], count=row.units_bought, supply=row.supply
        )
        for row in decision.fleet
        if row.units_bought
    ]
    return tuple(found) or (text(language, "paper.schedule_start", year=labels[0]),)


def _fid_steps(decision: PlanDecision, points: tuple[FidPoint, ...]) -> tuple[FidStep, ...]:
    names = {(each.offer.id, each.offer.supply): offer_label(each.offer) for each in decision.options}
    return tuple(
        FidStep(
            point.workload,
            names.get((point.pick.id, point.pick.supply), f"{point.pick.model} / {point.pick.supply}"),
            point.fid,
            point.cost_per_accepted_image,
        )
        for point in points
    )


def _assumptions(decision: PlanDecision, language: Language) -> tuple[Assumption, ...]:
    owner = owners(decision.scenario)
    return tuple(
        Assumption(
            place=place,
            label=place_label(place, owner(place), language),
            value=figure.value,
            unit=unit_words(unit, language),
            source=bundled(language, figure.source),
            as_of=figure.as_of,
            confidence=figure.confidence or "",
            placeholder=figure.placeholder,
            replace_with=bundled(language, figure.replace_with or ""),
        )
        for place, figure, unit in effective_figures(decision.scenario)
    )


def _log(decision: PlanDecision, language: Language) -> tuple[tuple[str, str], ...]:
    """What was computed with what, and where the chosen options' measurements come from."""
    rows = [
        ("paper.log_scenario", bundled(language, decision.scenario.name)),
        ("paper.log_hash", decision.inputs_hash),
        ("paper.log_version", f"image-roi {version('image-roi')}, Python {python_version()}"),
    ]
    report = decision.solver
    if report is not None:
        status = text(language, f"plan.status_{decision.status}")
        result = text(language, "paper.log_result_value", status=status, gap=report.gap, bound=report.bound)
        result += weighed_words(decision, language)
        verified = verified_words(language, decision)
        pruned = text(
            language,
            "plan.candidates_value",
            kept=report.candidates_after_pruning,
            total=report.candidates,
        )
        rows += [
            ("paper.log_solver", f"{report.name} {report.version}"),
            ("paper.log_result", result),
            ("paper.log_candidates", pruned),
            ("paper.log_check", verified),
        ]
    again = review_line(decision.verification, language)
    if again:
        rows.append(("paper.log_review", again))
    named = [(text(language, key), value) for key, value in rows]
    return (*named, *_sources(decision, language))


def _sources(decision: PlanDecision, language: Language) -> list[tuple[str, str]]:
    rows = []
    for offer in {choice.option.offer.id: choice.option.offer for choice in decision.choices}.values():
        if offer.profile is not None:
            source = offer.profile.evidence.source
            told = text(
                language, "paper.log_source", id=offer.id, citation=source.citation, url=source.url or "-"
            )
            rows.append((text(language, "paper.log_profile"), told))
        if offer.quality is not None:
            source = offer.quality.source
            told = text(
                language,
                "paper.log_source",
                id=offer.quality.reference,
                citation=source.citation,
                url=source.url or "-",
            )
            rows.append((text(language, "paper.log_quality"), told))
    return rows
