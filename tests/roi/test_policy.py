"""The policy that follows from a plan: limits, indicators and alarms one can compute by hand."""

from dataclasses import replace

import pytest

from roi.errors import RoiError
from roi.output.policy import policy_page
from roi.output.terminal import plain_text
from roi.policy import policy_of, policy_text, read_policy
from roi.policy.document import LOG_FIELDS, Indicator
from roi.texts import LANGUAGES
from tests.roi.plan_samples import (
    IDLE_KWH,
    drafted,
    impossible_plan,
    plan_decision,
    plan_scenario,
)


def indicator(decision, name: str) -> Indicator:
    [found] = [each for each in policy_of(decision).workloads[0].settings[0].indicators if each.name == name]
    return found


def test_the_allowed_setting_is_that_of_the_choice():
    [setting] = policy_of(plan_decision()).workloads[0].settings
    assert (setting.model, setting.supply, setting.width, setting.num_inference_steps) == (
        "one",
        "owned",
        1024,
        20,
    )
    assert (setting.guidance_scale, setting.batch_size, setting.dtype) == (4.5, 4, "bfloat16")
    assert (setting.images_per_attempt, setting.attempts_max) == (4, 2)


def test_images_of_a_month_are_requests_times_attempts_times_images_and_tolerance():
    """100,000 requests x 1.0625 attempts x 4 images x 1.1."""
    [first, *_] = policy_of(plan_decision()).workloads[0].monthly
    assert first.images_max == 467_500.0
    assert first.accepted_images_expected == 100_000.0


def test_the_busiest_month_raises_the_limit_by_its_peak():
    decision = plan_decision(plan_scenario(**{"workloads[0].peak_factor": 1.5}))
    [first, *_] = policy_of(decision).workloads[0].monthly
    assert first.images_max == 701_250.0


def test_growth_raises_the_limit_of_later_years():
    decision = plan_decision()
    [choice] = decision.choices
    grown = replace(choice, requests_by_year=(1_200_000.0, 1_320_000.0, 1_452_000.0))
    limits = policy_of(replace(decision, choices=(grown,))).workloads[0].monthly
    assert [limit.images_max for limit in limits] == [467_500.0, 514_250.0, 565_675.0]


def test_cost_of_a_month_is_what_the_workload_spends_and_not_what_all_share():
    """(300,000 + 7,650,000 + 1,200,000) / 12 x 1.1; shared (2,614,400 + 100,000 + 400,000) / 12 x 1.1."""
    policy = policy_of(plan_decision())
    assert policy.workloads[0].monthly[0].cost_max == 838_750.0
    assert policy.shared[0].cost_max == pytest.approx(3_114_400 / 12 * 1.1, abs=1.0)


def test_waiting_boards_are_a_shared_limit_of_energy():
    assert policy_of(plan_decision()).shared[0].energy_kwh_max == pytest.approx(IDLE_KWH / 12 * 1.1, rel=1e-5)


def test_what_a_workload_draws_is_its_own_limit_of_energy():
    decision = plan_decision()
    busy = sum(use.energy_kwh for use in decision.ledger.energy if use.workload and use.year == 0)
    assert policy_of(decision).workloads[0].monthly[0].energy_kwh_max == pytest.approx(
        busy / 12 * 1.1, rel=1e-5
    )


def test_acceptance_expected_is_that_of_an_attempt_and_its_alarm_lies_at_the_low():
    """One of four passes at 0.5: 1 - 0.5^4; at the low of 0.4: 1 - 0.6^4."""
    mean = {"value": 0.5, "low": 0.4, "high": 0.6}
    found = indicator(
        plan_decision(plan_scenario(**{"workloads[0].acceptance.mean": mean})), "first_attempt_acceptance"
    )
    assert (found.expected, found.alarm_below, found.basis) == (0.9375, 0.8704, "range")


def test_without_a_low_the_alarm_comes_from_the_tolerance():
    """1 - 0.55^4."""
    found = indicator(plan_decision(), "first_attempt_acceptance")
    assert (found.alarm_below, found.basis) == (0.908494, "tolerance")


def test_attempts_per_accepted_image_count_those_that_were_given_up():
    """(1 + 1/16) / (1 - 1/256)."""
    assert indicator(plan_decision(), "attempts_per_accepted_image").expected == 1.06667


def test_the_share_of_fallbacks_is_what_two_attempts_leave():
    found = indicator(plan_decision(), "fallback_share")
    assert (found.expected, found.alarm_above) == (0.00390625, pytest.approx(0.55**8, rel=1e-5))


def test_joules_are_those_of_the_profile_at_its_own_boundary():
    found = indicator(plan_decision(), "energy_j_per_image")
    assert (found.expected, found.alarm_below, found.alarm_above) == (900.0, 810.0, 990.0)
    assert found.formula.endswith("boundary gpu")


def test_review_expected_is_the_fixed_time_and_that_of_every_image():
    """2 + 4 x 1 s."""
    assert indicator(plan_decision(), "review_seconds_per_attempt").expected == 6.0


def test_utilisation_expected_is_that_of_the_plan_and_not_that_of_the_supply():
    found = indicator(plan_decision(), "utilization")
    assert found.expected == pytest.approx(2200 / 8760, rel=1e-5)


def test_every_indicator_needs_only_fields_of_the_log():
    for each in policy_of(plan_decision()).workloads[0].settings[0].indicators:
        assert each.fields
        assert set(each.fields) <= set(LOG_FIELDS)


def test_the_policy_comes_back_from_yaml_as_it_was(tmp_path):
    policy = policy_of(plan_decision(drafted()))
    path = tmp_path / "policy.yaml"
    path.write_text(policy_text(policy), encoding="utf-8")
    assert read_policy(path) == policy


def test_a_changed_field_or_another_version_is_refused_with_its_place(tmp_path):
    path = tmp_path / "policy.yaml"
    written = policy_text(policy_of(plan_decision()))
    path.write_text(written.replace("schema_version: 1", "schema_version: 2"), encoding="utf-8")
    with pytest.raises(RoiError, match="schema_version"):
        read_policy(path)
    path.write_text(written.replace("images_max:", "images_most:", 1), encoding="utf-8")
    with pytest.raises(RoiError, match=r"workloads\.0\.monthly\.0"):
        read_policy(path)


def test_no_policy_follows_from_no_plan():
    with pytest.raises(RoiError, match="without an answer"):
        policy_of(impossible_plan())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_holds_limits_and_alarms(language):
    shown = plain_text(policy_page(policy_of(plan_decision(drafted())), language), 200)
    for figure in (
        "467,500",
        "838,750",
        "1.07",
        "0.908",
        "guidance 4.5" if language == "en" else "ガイダンス 4.5",
    ):
        assert figure in shown
    assert "…" not in shown
