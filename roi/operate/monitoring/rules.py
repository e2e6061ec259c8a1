"""Rules that look every minute at what `operate status` looks at from the ledger: first signs, not its verdict.

Thresholds are those of the alarms: acceptance at which a month costs the stated sum more, joules and seconds of
review that cost it. Instead of the exact charts, which need every day since the plan began, seven days must lie
beyond the threshold, and acceptance three standard errors below what was planned.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from roi.operate.health import CLOCK_AHEAD_S, GAPS_FRACTION
from roi.operate.shifts import acceptance_that_matters
from roi.policy import Policy
from roi.policy.monthly_plan import MonthlyPlan, PlannedUse
from roi.texts import Language, text

WINDOW = "7d"
ERRORS = 3.0
"""Standard errors below the plan, beyond which a week of verdicts is no chance: judgement."""
DAYS_PER_WINDOW, DAYS_PER_MONTH = 7, 30
STALE_S = 900
NOTHING_COUNTED = "NothingCounted"
GROUPS = ("image-roi", "image-roi-alerts")
"""What is recorded, and the alerts that look at it: in the order in which they are evaluated."""


@dataclass(frozen=True)
class Rule:
    """A rule with what promtool's tests are made of."""

    name: str
    """Of the alert, or of the series that is recorded."""
    expr: str
    values: Mapping[str, object] | None = None
    """What its sentence says; None for a recorded series."""
    labels: Mapping[str, str] | None = None
    severity: str = "warning"
    held_for: str = "1h"

    @property
    def alert(self) -> bool:
        """Whether it alarms."""
        return self.values is not None


def money_of(plan: MonthlyPlan, year: int) -> float:
    """Planned money of a month of a year of the plan [money/month]."""
    uses = [one.costs for one in plan.uses if one.year == year]
    shared = [one.costs for one in plan.supplies if one.year == year]
    return math.fsum(money for costs in (*uses, *shared) for money in costs.values())


def rules_of(policy: Policy, plan: MonthlyPlan, year: int, money: float) -> list[Rule]:
    """Every rule of a year of the plan; `money` is the monthly sum from which on a shift matters [money/month]."""
    uses = [use for use in plan.uses if use.year == year]
    found = [rule for use in uses for rule in _of_use(use, uses, policy.currency, money)]
    return [*found, *_limits(policy, uses, year), *_uncounted(uses), *_data(uses)]


def chosen(use: PlannedUse, uses: Sequence[PlannedUse]) -> str:
    """The labels of a use's attempts; one that is alone in its workload has those that do not say, too."""
    alone = sum(one.workload == use.workload for one in uses) == 1
    models = _any(use.model, use.model_id, alone=alone)
    return f"workload={_quoted(use.workload)},model=~{models},supply=~{_any(use.supply, alone=alone)}"


def _any(*names: str, alone: bool) -> str:
    options = "|".join(re.sub(r"([.+*?()\[\]{}|^$\\])", r"\\\1", name) for name in dict.fromkeys(names))
    return _quoted(f"(?i:{options}{'|' if alone else ''})")


def _quoted(written: str) -> str:
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _of_use(use: PlannedUse, uses: Sequence[PlannedUse], currency: str, money: float) -> Iterator[Rule]:
    name = use.title
    labels, chosen_by = {"use": name}, chosen(use, uses)

    def ratio(part: str, whole: str) -> str:
        parts = (f"sum(increase({each}{{{chosen_by}}}[{WINDOW}]))" for each in (part, whole))
        return "{} / ({} > 0)".format(*parts)

    def value(series: str) -> str:
        return f"{series}{{use={_quoted(name)}}}"

    acceptance = ratio("bench_first_attempts_accepted_total", "bench_first_attempts_judged_total")
    yield Rule("roi:first_attempt_acceptance:ratio7d", acceptance, labels=labels)
    judged = f"sum(increase(bench_first_attempts_judged_total{{{chosen_by}}}[{WINDOW}]))"
    yield Rule("roi:first_attempts_judged:increase7d", judged, labels=labels)
    joules = ratio("bench_attempt_energy_joules_total", "bench_attempts_metered_total")
    yield Rule("roi:attempt_energy_joules:mean7d", joules, labels=labels)
    review = ratio("bench_review_seconds_total", "bench_attempts_reviewed_total")
    yield Rule("roi:review_seconds:mean7d", review, labels=labels)
    matters, planned = acceptance_that_matters(use, money), use.first_attempt_acceptance
    said = {"use": name, "money": money, "currency": currency}
    if matters is not None:
        spread = ERRORS * math.sqrt(planned * (1.0 - planned))
        seen = value("roi:first_attempt_acceptance:ratio7d")
        error = f"{spread:.9g} / sqrt({value('roi:first_attempts_judged:increase7d')})"
        expr = f"{seen} < {matters:.9g} and {seen} < {planned:.9g} - {error}"
        yield Rule(
            "FirstAttemptAcceptanceFallen", expr, said | {"expected": planned, "beyond": matters}, labels
        )
    for alert, series, expected, component in (
        (
            "JoulesPerAttemptRisen",
            "roi:attempt_energy_joules:mean7d",
            use.energy_j_per_attempt,
            "electricity",
        ),
        ("ReviewTimeRisen", "roi:review_seconds:mean7d", use.review_seconds_per_attempt, "review"),
    ):
        cost = use.costs.get(component, 0.0)
        if expected and cost > 0.0:
            beyond = expected * (1.0 + money / cost)
            values = said | {"expected": expected, "beyond": beyond}
            yield Rule(alert, f"{value(series)} > {beyond:.9g}", values, labels)


def _limits(policy: Policy, uses: Sequence[PlannedUse], year: int) -> Iterator[Rule]:
    used = {use.workload for use in uses}
    for work in policy.workloads:
        if work.workload not in used:
            continue
        limit = next((one.images_max for one in work.monthly if one.year == year), None)
        if not limit:
            continue
        images = f"bench_images_total{{workload={_quoted(work.workload)}}}"
        said, labels = {"use": work.workload, "limit": limit}, {"use": work.workload}
        yield Rule("ImagesBeyondLimit", f"sum(increase({images}[30d])) > {limit:.9g}", said, labels)
        forecast = f"sum(increase({images}[{WINDOW}])) * {DAYS_PER_MONTH} / {DAYS_PER_WINDOW}"
        yield Rule("ImagesOnTheirWayBeyondLimit", f"{forecast} > {limit:.9g}", said, labels, held_for="1d")


def _uncounted(uses: Sequence[PlannedUse]) -> Iterator[Rule]:
    """A planned workload of which nothing is counted: a month of it is unknown, not in plan."""
    for workload in dict.fromkeys(use.workload for use in uses if use.requests):
        attempts = f"sum(increase(bench_attempts_total{{workload={_quoted(workload)}}}[{WINDOW}]))"
        said = {"use": workload}
        yield Rule(NOTHING_COUNTED, f"({attempts} or vector(0)) == 0", said, said, held_for="1d")


def _data(uses: Sequence[PlannedUse]) -> Iterator[Rule]:
    gap, read = (f"increase(bench_board_{each}_seconds_total[1d])" for each in ("gap", "read"))
    yield Rule("BoardNotRead", f"{gap} > {GAPS_FRACTION:g} * ({gap} + {read})", {"share": GAPS_FRACTION})
    yield Rule(
        "BoardCounterFell", "increase(bench_board_resets_total[1d]) > 0", {}, severity="info", held_for="0s"
    )
    newest = "bench_ledger_newest_timestamp_seconds"
    stale = f'time() - {newest}{{table="board_minutes"}} > {STALE_S}'
    yield Rule("LedgerStandsStill", stale, {"minutes": STALE_S / 60}, held_for="5m")
    yield Rule("LedgerClockAhead", f"{newest} - time() > {CLOCK_AHEAD_S:g}", {}, held_for="5m")
    attempts = "sum by (workload, model, supply) (increase(bench_attempts_total{}[1d]))"
    known = " or ".join(attempts.format("{" + chosen(use, uses) + "}") for use in uses)
    yield Rule("SettingNobodyApproved", f"{attempts.format('')} > 0 unless ({known})", {})


def document(rules: Sequence[Rule], language: Language) -> dict[str, Any]:
    """The rule file, as Prometheus reads it."""
    recorded, alerts = GROUPS
    return {
        "groups": [
            {
                "name": recorded,
                "interval": "1m",
                "rules": [_record(one) for one in rules if not one.alert],
            },
            {"name": alerts, "rules": [_alert(one, language) for one in rules if one.alert]},
        ]
    }


def _record(rule: Rule) -> dict[str, Any]:
    return {"record": rule.name, "expr": rule.expr, "labels": dict(rule.labels or {})}


def _alert(rule: Rule, language: Language) -> dict[str, Any]:
    return {
        "alert": rule.name,
        "expr": rule.expr,
        "for": rule.held_for,
        "labels": {"severity": rule.severity, **(rule.labels or {})},
        "annotations": {"summary": sentence(rule, language)},
    }


def sentence(rule: Rule, language: Language) -> str:
    """What an alert says."""
    return text(language, f"operation_rule.{rule.name}", **(rule.values or {}))
