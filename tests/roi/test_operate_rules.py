"""`operate rules`: promtool and Prometheus take the rules, and they alarm where they should and nowhere else."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bench.exporter.metrics import ATTEMPT_METRICS, BOARD_METRICS, NEWEST, REQUEST_METRICS
from roi.__main__ import main
from roi.operate.shifts import acceptance_that_matters
from roi.policy import policy_text, read_policy
from tests.roi.test_operate import USE, signed

__all__ = ["signed"]
needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="needs Debian's package prometheus"
)


def made(folder: Path, policy: Path, *more: str) -> Path:
    assert main(["operate", "rules", str(policy), "-o", str(folder / "rules"), *more]) == 0
    return folder / "rules"


def promtool(*asked: str) -> str:
    done = subprocess.run(["promtool", *asked], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_promtool
@pytest.mark.parametrize("language", ["en", "ja"])
def test_promtool_takes_the_rules_and_its_tests_of_them_pass(
    tmp_path: Path, signed: Path, language: str
) -> None:
    rules = made(tmp_path, signed, "--lang", language, "--money", "100")
    assert "rules found" in promtool("check", "rules", str(rules / "image-roi.rules.yml"))
    assert "SUCCESS" in promtool("test", "rules", str(rules / "image-roi.rules.test.yml"))


def test_promtool_is_told_to_record_before_it_looks_at_alerts(tmp_path: Path, signed: Path) -> None:
    """Without an order it evaluates groups in any, and an alert may look at what is not yet recorded."""
    rules = made(tmp_path, signed)
    written, tests = (
        yaml.safe_load((rules / f"image-roi.rules.{kind}yml").read_text(encoding="utf-8"))
        for kind in ("", "test.")
    )
    assert tests["group_eval_order"] == [group["name"] for group in written["groups"]]
    [*recording, last] = written["groups"]
    assert not any("alert" in rule for group in recording for rule in group["rules"])
    assert all("alert" in rule for rule in last["rules"])


@needs_promtool
def test_promtools_tests_fail_where_a_threshold_is_moved(tmp_path: Path, signed: Path) -> None:
    rules = made(tmp_path, signed, "--money", "100")
    path = rules / "image-roi.rules.yml"
    moved = (
        path.read_text(encoding="utf-8")
        .replace("> 3000", "> 1e9")
        .replace("_resets_total[1d]) > 0", "_resets_total[1d]) > 99")
    )
    path.write_text(moved, encoding="utf-8")
    done = subprocess.run(
        ["promtool", "test", "rules", str(rules / "image-roi.rules.test.yml")],
        check=False,
        capture_output=True,
    )
    assert done.returncode != 0


@needs_promtool
def test_names_with_quotes_and_signs_are_labels_like_others(tmp_path: Path, signed: Path) -> None:
    text = (
        signed.read_text(encoding="utf-8")
        .replace("org/one", "org/one.v2+(x)")
        .replace("workload: product-pictures", 'workload: 商品 "A" \\B')
    )
    odd = tmp_path / "odd.yaml"
    odd.write_text(text, encoding="utf-8")
    rules = made(tmp_path, odd, "--money", "100")
    assert "SUCCESS" in promtool("test", "rules", str(rules / "image-roi.rules.test.yml"))


def test_thresholds_are_those_of_the_alarms(tmp_path: Path, signed: Path) -> None:
    path = made(tmp_path, signed, "--money", "500") / "image-roi.rules.yml"
    groups = yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    alerts = {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}
    use = read_policy(signed).plan.uses[0]
    assert (
        f"< {acceptance_that_matters(use, 500.0):.9g} and" in alerts["FirstAttemptAcceptanceFallen"]["expr"]
    )
    # 2,500 a month at 20 s a look: 500 more are 24 s.
    assert alerts["ReviewTimeRisen"]["expr"].endswith("> 24")
    assert USE["review_seconds_per_attempt"] == 20.0
    assert "a month costs 500 JPY more" in alerts["ReviewTimeRisen"]["annotations"]["summary"]


def test_rules_and_dashboard_ask_only_for_what_the_exporter_serves(tmp_path: Path, signed: Path) -> None:
    rules = made(tmp_path, signed, "--money", "100")
    groups = yaml.safe_load((rules / "image-roi.rules.yml").read_text(encoding="utf-8"))["groups"]
    shown = json.loads((rules / "image-roi.dashboard.json").read_text(encoding="utf-8"))
    recorded = {rule["record"] for group in groups for rule in group["rules"] if "record" in rule}
    served = {f"{each.name}_total" for each in (*BOARD_METRICS, *ATTEMPT_METRICS, *REQUEST_METRICS)} | {
        NEWEST
    }
    queries = [target["expr"] for panel in shown["panels"] for target in panel["targets"]]
    asked = " ".join([*(rule["expr"] for group in groups for rule in group["rules"]), *queries])
    names = {
        word
        for word in asked.replace("(", " ").replace("{", " ").replace("[", " ").split()
        if word.startswith(("bench_", "roi:"))
    }
    assert names - served - recorded == set()
    assert {panel["gridPos"]["x"] for panel in shown["panels"]} == {0, 12}


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--year", "9"], "the plan has years 1 to 1"), (["--money", "0"], "give a sum above 0")],
)
def test_what_is_not_in_the_plan_is_refused(
    tmp_path: Path, signed: Path, more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["operate", "rules", str(signed), "-o", str(tmp_path), *more]) == 2
    assert said in capsys.readouterr().err


def test_a_policy_without_a_monthly_plan_is_refused(
    tmp_path: Path, signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old.yaml"
    old.write_text(policy_text(read_policy(signed).model_copy(update={"plan": None})), encoding="utf-8")
    assert main(["operate", "rules", str(old), "-o", str(tmp_path / "r")]) == 2
    assert "has no monthly plan" in capsys.readouterr().err
