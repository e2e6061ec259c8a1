"""Long files are begun first, so that no worker is left alone with one at the end. No test asks the hub."""

import os
from pathlib import Path

import pytest

# Before any test loads the hub's client, which reads it once.
os.environ["HF_HUB_OFFLINE"] = "1"

LONGEST = (
    "roi/test_report_live.py",
    "bench/test_sweep_processes.py",
    "app/test_pages.py",
    "app/test_keeping.py",
    "bench/test_run_random.py",
    "roi/test_report_pages.py",
    "app/test_travelling.py",
    "roi/test_fleet_exhaustive.py",
    "bench/test_run_processes.py",
    "roi/test_one_programme.py",
    "app/test_hostile.py",
    "app/test_judging.py",
    "roi/test_company_template.py",
    "bench/test_estimate.py",
    "roi/test_report_command.py",
    "roi/test_verify.py",
)
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order of `LONGEST`, then that of the folders."""
    rank = {HERE / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(LONGEST)))
