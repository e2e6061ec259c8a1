"""The study as JSON-ready values."""

from typing import Any

from bench.study.claims import CLAIMS, PAPER
from bench.study.observation import Group
from bench.study.study import Study
from bench.study.verdict import Judged, headline

SCHEMA_VERSION = 1


def study_document(study: Study) -> dict[str, Any]:
    """Headlines, every answer with its numbers, and what was left out; what is not known is null."""
    return {
        "schema_version": SCHEMA_VERSION,
        "paper": PAPER,
        "results_used": study.n_used,
        "tests": study.n_tests,
        "claims": [
            vars(claim) | dict(zip(("verdict", "tests"), headline(claim.key, study.judged), strict=True))
            for claim in CLAIMS
        ],
        "groups": [_group(study, group) for group in study.groups],
        "left_out": [vars(one) for one in study.left_out],
    }


def _group(study: Study, group: Group) -> dict[str, Any]:
    used = len(study.groups[group])
    answers = [_answer(one) for one in study.of_group(group)]
    return vars(group) | {"label": group.label, "results": used, "answers": answers}


def _answer(one: Judged) -> dict[str, Any]:
    answer, estimate = one.answer, one.answer.estimate
    return {
        "claim": answer.claim,
        "where": answer.where,
        "value": estimate.value if estimate else None,
        "low": estimate.low if estimate else None,
        "high": estimate.high if estimate else None,
        "p_two_sided": estimate.p_two_sided if estimate else None,
        "p_adjusted": one.p_adjusted,
        "verdict": one.verdict,
        "reason": one.reason,
        "models": dict(answer.models),
        "results": answer.n_results,
    }
