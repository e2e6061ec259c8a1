"""Tests of the rules for promtool.

A time as planned, in which nothing alarms; one in which everything does that can while work is counted; one in
which none is counted.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from roi.operate.health import CLOCK_AHEAD_S
from roi.operate.monitoring.rules import GROUPS, NOTHING_COUNTED, Rule, sentence
from roi.policy import Policy
from roi.policy.monthly_plan import PlannedUse
from roi.texts import Language

HOURS = 800
"""Of the series, one sample an hour: more than the 30 days that limits look back."""
JUDGED_PER_HOUR = 200
BOARD = '{board="GPU-1",board_name="H100",supply="s"}'


def tests_of(
    rules: Sequence[Rule],
    uses: Sequence[PlannedUse],
    policy: Policy,
    year: int,
    rules_file: str,
    language: Language,
) -> dict[str, Any]:
    """The test file for `promtool test rules`."""
    alerts = [rule for rule in rules if rule.alert]
    silent = [rule for rule in alerts if rule.name == NOTHING_COUNTED]
    seen = [rule for rule in alerts if rule not in silent]
    return {
        "rule_files": [rules_file],
        "evaluation_interval": "1h",
        "group_eval_order": list(GROUPS),
        "tests": [
            _test("as planned", list(_series(uses, alerts, policy, year, bad=False)), alerts, [], language),
            _test(
                "all is amiss", list(_series(uses, alerts, policy, year, bad=True)), alerts, seen, language
            ),
            _test("nothing is counted", list(_boards(bad=False)), alerts, silent, language),
        ],
    }


def _test(
    name: str,
    series: list[dict[str, str]],
    alerts: Sequence[Rule],
    expected: Sequence[Rule],
    language: Language,
) -> dict[str, Any]:
    looked: dict[str, list[dict[str, Any]]] = {rule.name: [] for rule in alerts}
    for rule in expected:
        labels = {"severity": rule.severity, **(rule.labels or {}), **_own_labels(rule)}
        said = {"exp_labels": labels, "exp_annotations": {"summary": sentence(rule, language)}}
        looked[rule.name].append(said)
    return {
        "name": name,
        "interval": "1h",
        "input_series": series,
        "alert_rule_test": [
            {"eval_time": f"{HOURS - 1}h", "alertname": alert, "exp_alerts": told}
            for alert, told in looked.items()
        ],
    }


def _own_labels(rule: Rule) -> dict[str, str]:
    """Labels that an alert takes from its series."""
    if rule.name in ("BoardNotRead", "BoardCounterFell"):
        return {"board": "GPU-1", "board_name": "H100", "supply": "s"}
    if rule.name == "LedgerStandsStill":
        return {"table": "board_minutes"}
    if rule.name == "LedgerClockAhead":
        return {"table": "attempts"}
    if rule.name == "SettingNobodyApproved":
        return {"workload": "nobody's", "model": "nobody's", "supply": "nobody's"}
    return {}


def _series(
    uses: Sequence[PlannedUse], alerts: Sequence[Rule], policy: Policy, year: int, *, bad: bool
) -> Iterator[dict[str, str]]:
    for use in uses:
        own = f"{{workload={_json(use.workload)},model={_json(use.model_id)},supply={_json(use.supply)}}}"
        limits = [work.monthly for work in policy.workloads if work.workload == use.workload]
        limit = next((one.images_max for each in limits for one in each if one.year == year), 0.0)
        mine = sum(one.workload == use.workload for one in uses)
        images = (2.0 if bad else 0.5) * limit / 720.0 / mine
        worse = 0.5 if bad else 1.0
        rates = {
            "bench_first_attempts_judged_total": float(JUDGED_PER_HOUR),
            "bench_first_attempts_accepted_total": JUDGED_PER_HOUR
            * use.first_attempt_acceptance
            * worse
            * worse,
            "bench_attempts_metered_total": float(JUDGED_PER_HOUR),
            "bench_attempt_energy_joules_total": JUDGED_PER_HOUR * _beyond("Joules", use, alerts, bad=bad),
            "bench_attempts_reviewed_total": float(JUDGED_PER_HOUR),
            "bench_review_seconds_total": JUDGED_PER_HOUR * _beyond("Review", use, alerts, bad=bad),
            "bench_images_total": images,
            "bench_attempts_total": float(JUDGED_PER_HOUR),
        }
        for name, rate in rates.items():
            yield {"series": f"{name}{own}", "values": f"0+{rate:.9g}x{HOURS}"}
    yield from _boards(bad=bad)
    if bad:
        other = 'bench_attempts_total{workload="nobody\'s",model="nobody\'s",supply="nobody\'s"}'
        yield {"series": other, "values": f"0+1x{HOURS}"}


def _boards(*, bad: bool) -> Iterator[dict[str, str]]:
    read, gap = (3000, 600) if bad else (3600, 0)
    yield {"series": f"bench_board_read_seconds_total{BOARD}", "values": f"0+{read}x{HOURS}"}
    yield {"series": f"bench_board_gap_seconds_total{BOARD}", "values": f"0+{gap}x{HOURS}"}
    yield {"series": f"bench_board_resets_total{BOARD}", "values": f"0+{int(bad)}x{HOURS}"}
    for table, off in (("board_minutes", -7200), ("attempts", 2 * CLOCK_AHEAD_S)):
        newest = 'bench_ledger_newest_timestamp_seconds{table="' + table + '"}'
        yield {"series": newest, "values": f"{off * bad:.0f}+3600x{HOURS}"}


def _beyond(alert: str, use: PlannedUse, alerts: Sequence[Rule], *, bad: bool) -> float:
    """What an attempt of the use takes: as planned, or twice what gives alarm."""
    planned = use.energy_j_per_attempt if alert == "Joules" else use.review_seconds_per_attempt
    name = use.title
    limits = [
        one.values["beyond"]
        for one in alerts
        if one.values and one.name.startswith(alert) and one.values.get("use") == name
    ]
    return 2.0 * float(str(limits[0])) if bad and limits else planned or 0.0


def _json(written: str) -> str:
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'
