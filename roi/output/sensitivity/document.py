"""How sure a decision is, as one JSON object: the contract of `sensitivity --json`."""

from roi.decision.answer import Alternative
from roi.output.document import SCHEMA_VERSION, assumptions, choice_document
from roi.output.figures import Json
from roi.output.not_counted import not_counted
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.frontier import CarbonPoint, FidPoint
from roi.sensitivity.inputs import Ranged
from roi.sensitivity.montecarlo.answer import Bar, Simulation, WorkloadRisk
from roi.sensitivity.montecarlo.spread import Spread
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.sensitivity.plandraws.returns import PlanRisk
from roi.sensitivity.switching import Switch
from roi.sensitivity.tornado import End, TornadoBar
from roi.sensitivity.verdicts import Pick
from roi.texts import Language


def sensitivity_document(analysis: Analysis, language: Language, planned: PlanAnalysis | None = None) -> Json:
    """Everything: figures by place, costs per accepted image, shares 0 to 1."""
    decision, frontier = analysis.decision, analysis.carbon
    return {
        "schema_version": SCHEMA_VERSION,
        "status": decision.status,
        "currency": decision.scenario.currency,
        "choices": [choice_document(choice, language) for choice in decision.choices],
        "tornado": [_bar(bar) for bar in analysis.bars],
        "switching": [_switch(switch) for switch in analysis.switches],
        "monte_carlo": None if analysis.simulation is None else _simulation(analysis.simulation),
        "near_equals": [
            {"workload": workload, **_near(each)}
            for workload, found in decision.alternatives.items()
            for each in found
        ],
        "cost_carbon_frontier": {
            "points": [_carbon_point(point) for point in frontier.points],
            "complete": frontier.complete,
            "undisclosed": list(frontier.undisclosed),
        },
        "cost_fid_frontier": [_fid_point(point) for point in analysis.fid],
        "plan": None if planned is None else _plan(planned),
        "binding": list(decision.binding),
        "not_counted": [] if planned is not None else list(not_counted(decision.scenario)),
        "assumptions": assumptions(decision.scenario),
        "verified": decision.verified,
        "inputs_hash": decision.inputs_hash,
    }


def _ranged(ranged: Ranged) -> Json:
    return {
        "name": ranged.place,
        "places": list(ranged.places),
        "value": ranged.value,
        "low": ranged.low,
        "high": ranged.high,
        "unit": ranged.unit,
        "placeholder": ranged.placeholder,
    }


def _pick(pick: Pick) -> Json:
    return {
        "workload": pick.workload,
        "profile_id": pick.id,
        "model": pick.model,
        "supply": pick.supply,
        "images_per_attempt": pick.images,
        "attempts_max": pick.attempts_max,
    }


def _bar(bar: TornadoBar) -> Json:
    return {
        **_ranged(bar.ranged),
        "cost_swing": bar.cost_swing,
        "fixed_cost_swing": bar.fixed_cost_swing,
        "npv_swing": bar.npv_swing,
        "at_low": _end(bar.low),
        "at_high": _end(bar.high),
    }


def _end(end: End) -> Json:
    return {
        "value": end.value,
        "cost_per_accepted_image": end.cost_per_accepted_image,
        "fixed_cost_per_accepted_image": end.fixed_cost_per_accepted_image,
        "npv": end.npv,
        "fixed_npv": end.fixed_npv,
        "choice_changes": end.changes,
        "attempts_change": end.resets,
        "choices": [_pick(pick) for pick in end.picks],
        "fixed_breaks": list(end.fixed_breaks),
        "fault": end.fault,
        "solved_anew": end.solved,
    }


def _switch(switch: Switch) -> Json:
    return {
        **_ranged(switch.ranged),
        "turn": switch.turn,
        "switching_value": switch.value,
        "value_beyond": switch.beyond,
        "within_range": switch.within_range,
        "change_fraction": switch.change_fraction,
        "choices": [_pick(pick) for pick in switch.picks],
        "fault": switch.fault,
    }


def _simulation(simulation: Simulation) -> Json:
    return {
        "draws": simulation.draws,
        "seed": simulation.seed,
        "distribution": simulation.shape,
        "inputs": simulation.inputs,
        "decides_as_recommend_does": simulation.proven == 1.0,
        "decides_as_recommend_does_probability": simulation.proven,
        "cost_per_accepted_image": _spread(simulation.cost),
        "rank_correlations": [
            {"name": each.ranged.place, "rank_correlation": each.rank_correlation}
            for each in simulation.influences
        ],
        "workloads": [_risk(risk) for risk in simulation.workloads],
    }


def _risk(risk: WorkloadRisk) -> Json:
    return {
        "workload": risk.workload,
        "cost_per_accepted_image": _spread(risk.kept),
        "best_cost_per_accepted_image": _spread(risk.best),
        "carbon_kg_co2e_per_accepted_image": _spread(risk.carbon),
        "choice_stays_best_probability": risk.stays_best,
        "choice_passes_probability": risk.passes,
        "choice_as_set_passes_probability": risk.passes_as_set,
        "no_answer_probability": risk.unanswered,
        "quality_bar": [_chance(bar) for bar in risk.bars],
        "value_of_knowing_per_accepted_image": risk.knowing,
        "best": [
            {"profile_id": win.id, "model": win.model, "supply": win.supply, "probability": win.fraction}
            for win in risk.wins
        ],
    }


def _chance(bar: Bar) -> Json:
    asked = bar.asked
    return {
        "profile_id": bar.id,
        "metric": asked.metric,
        "reference": asked.reference,
        "at_least" if asked.higher_is_better else "at_most": asked.limit,
        "probability": bar.probability,
    }


def _spread(spread: Spread | None) -> Json | None:
    if spread is None:
        return None
    return {
        "draws": spread.draws,
        "mean": spread.mean,
        "standard_error": spread.standard_error,
        "p5": spread.p5,
        "p50": spread.p50,
        "p95": spread.p95,
    }


def _near(alternative: Alternative) -> Json:
    offer = alternative.option.offer
    return {
        "profile_id": offer.id,
        "model": offer.model_name,
        "supply": offer.supply,
        "cost_per_accepted_image": alternative.cost_per_accepted_image,
        "extra_cost_fraction": alternative.extra_cost_fraction,
    }


def _carbon_point(point: CarbonPoint) -> Json:
    return {
        "tco": point.cost,
        "carbon_kg_co2e": point.carbon_kg,
        "cost_per_accepted_image": point.cost_per_accepted_image,
        "carbon_kg_co2e_per_accepted_image": point.carbon_kg_per_accepted_image,
        "abatement_cost_per_tonne": point.abatement_cost_per_tonne,
        "choices": [_pick(pick) for pick in point.picks],
    }


def _fid_point(point: FidPoint) -> Json:
    return {
        "workload": point.workload,
        "fid_max": point.fid,
        "cost_per_accepted_image": point.cost_per_accepted_image,
        "choice": _pick(point.pick),
    }


def _plan(planned: PlanAnalysis) -> Json:
    """A plan of years, kept, over the draws."""
    decision, risk = planned.decision, planned.risk
    return {
        "status": decision.status,
        "npv_as_it_stands": None if decision.finance is None else decision.finance.npv,
        "tornado": [_bar(bar) for bar in planned.bars],
        "npv_switching": [_switch(switch) for switch in planned.switches],
        "monte_carlo": None if risk is None else _plan_risk(risk),
        "binding": list(decision.binding),
        "verified": decision.verified,
    }


def _plan_risk(risk: PlanRisk) -> Json:
    return {
        "draws": risk.draws,
        "seed": risk.seed,
        "inputs": risk.inputs,
        "npv": _spread(risk.npv),
        "npv_above_zero_probability": risk.npv_positive,
        "simple_payback_months": _spread(risk.payback_months),
        "pays_back_probability": risk.pays_back,
        "levelised_cost_per_accepted_image": _spread(risk.cost),
        "rank_correlations": [
            {"name": each.ranged.place, "rank_correlation": each.rank_correlation} for each in risk.influences
        ],
        "largest_difference_to_repricing": risk.check_error,
    }
