"""A dashboard for Grafana over the same series."""

from typing import Any

from roi.policy import Policy
from roi.texts import Language, text

SOURCE = {"type": "prometheus", "uid": "${source}"}
PANELS: tuple[tuple[str, str, str, str], ...] = (
    ("acceptance", "percentunit", "roi:first_attempt_acceptance:ratio7d", "{{use}}"),
    ("joules", "joule", "roi:attempt_energy_joules:mean7d", "{{use}}"),
    ("review", "s", "roi:review_seconds:mean7d", "{{use}}"),
    ("requests", "short", "sum by (workload) (increase(bench_requests_total[1d]))", "{{workload}}"),
    ("images", "short", "sum by (workload) (increase(bench_images_total[30d]))", "{{workload}}"),
    ("power", "watt", "rate(bench_board_energy_joules_total[5m])", "{{board_name}} {{board}}"),
    (
        "idle",
        "percentunit",
        "increase(bench_board_idle_energy_joules_total[1d]) / increase(bench_board_energy_joules_total[1d])",
        "{{board_name}} {{board}}",
    ),
    (
        "busy",
        "percentunit",
        "increase(bench_board_busy_seconds_total[1d]) / increase(bench_board_read_seconds_total[1d])",
        "{{board_name}} {{board}}",
    ),
    ("gaps", "s", "increase(bench_board_gap_seconds_total[1d])", "{{board_name}} {{board}}"),
)
"""Key of the title, Grafana's unit, query, legend."""
COLUMNS, WIDTH, HEIGHT = 2, 12, 8


def dashboard(policy: Policy, language: Language) -> dict[str, Any]:
    """The dashboard's JSON model."""
    return {
        "title": text(language, "operation_dashboard.title", name=policy.name),
        "uid": f"image-roi-{policy.inputs_hash[:12]}",
        "schemaVersion": 39,
        "editable": True,
        "refresh": "1m",
        "time": {"from": "now-30d", "to": "now"},
        "templating": {
            "list": [
                {
                    "name": "source",
                    "label": text(language, "operation_dashboard.source"),
                    "type": "datasource",
                    "query": "prometheus",
                }
            ]
        },
        "panels": [_panel(number, *each, language) for number, each in enumerate(PANELS)],
    }


def _panel(number: int, key: str, unit: str, query: str, legend: str, language: Language) -> dict[str, Any]:
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": text(language, f"operation_dashboard.{key}"),
        "datasource": SOURCE,
        "gridPos": {
            "h": HEIGHT,
            "w": WIDTH,
            "x": number % COLUMNS * WIDTH,
            "y": number // COLUMNS * HEIGHT,
        },
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}},
        "targets": [{"refId": "A", "datasource": SOURCE, "expr": query, "legendFormat": legend}],
    }
