"""Options by hand: every component of rent, own and API, and the reason of every gate."""

import math

import pytest

from roi.options.market import market
from roi.options.price import options
from roi.output.failures import failure_name, failure_sentence
from roi.texts import LANGUAGES
from tests.roi.small_case import API, FID, OWN, SECOND, fid, profile, scenario, with_supplies


def market_of(asked, *profiles):
    return market(asked, asked.workloads[0], profiles)


def options_of(asked, *profiles, supply="rented"):
    """Every (n, K) of the first offer on that supply, gates of the offer aside."""
    found = market_of(asked, *profiles)
    offer = next(offer for offer in found.offers if offer.supply == supply)
    return list(options(asked, asked.workloads[0], offer))


def last_option(asked, *profiles, supply="rented"):
    return options_of(asked, *profiles, supply=supply)[-1]


def reasons(asked, *profiles, supply="rented"):
    return {
        failure.reason
        for rejection in market_of(asked, *profiles).rejected
        if rejection.supply == supply
        for failure in rejection.failures
    }


def test_a_rented_option_by_hand():
    """n = 4, K = 2, p = 1/2: attempts 1 + 1/16, delivered 1 - 1/256.

    Rent 2880 / 8 boards / 0.5 = 720 an hour = 0.2 a second, 8 s: 1.6. Look 2 + 4 s at 1 a second: 6.
    Fallback 256 / 256 = 1. Plug (900 + 150 W x 2 s) x 4 = 4800 J, x 1.5 = 7200 J = 0.002 kWh.
    Carbon 0.002 x 0.5 = 0.001 kg and 1971 kg x 8 s / (31,536,000 s x 0.5) = 0.001 kg.
    """
    option = last_option(scenario(), profile())
    assert option.outcome.expected_attempts == 1.0625
    assert option.outcome.deliver_probability == 1 - 1 / 256
    assert option.components == pytest.approx({"rent": 1.7, "review": 6.375, "fallback": 1.0}, rel=1e-12)
    assert option.cost_per_accepted_image == pytest.approx(9.075, rel=1e-12)
    assert option.energy_kwh_per_accepted_image == pytest.approx(0.002 * 1.0625, rel=1e-12)
    assert option.per_accepted_image(option.attempt.operational_kg_co2e) == pytest.approx(
        0.0010625, rel=1e-12
    )
    assert option.per_accepted_image(option.attempt.embodied_kg_co2e) == pytest.approx(0.0010625, rel=1e-12)


def test_an_owned_option_that_shares_its_server_by_hand():
    """Hardware 360 an hour at work (see test_cost) = 0.1 a second, 8 s: 0.8. Power 0.002 kWh x 25 = 0.05."""
    option = last_option(with_supplies(OWN), profile(), supply="owned")
    expected = {"hardware": 0.85, "electricity": 0.053125, "review": 6.375, "fallback": 1.0}
    assert option.components == pytest.approx(expected, rel=1e-12)


def test_a_cold_start_is_rent_energy_making_and_wait():
    """8 s of work, half of it done again on a spot instance, and 60 of start: 72 s.

    Power at the plug is 1200 J / 2 s = 600 W, x PUE 1.5: 0.9 kW for 72 s; making 1971 kg over 15,768,000 s.
    """
    changes = {
        "supplies[0].billing": "second",
        "supplies[0].cold_start_s": 60,
        "supplies[0].term": "spot",
        "supplies[0].interruption_overhead_fraction": 0.5,
    }
    attempt = last_option(scenario(changes), profile()).attempt
    assert attempt.busy_s == 72.0
    assert attempt.costs["rent"] == pytest.approx(2880 * 72 / 3600, rel=1e-12)
    assert attempt.energy_kwh == pytest.approx(0.9 * 72 / 3600, rel=1e-12)
    assert attempt.embodied_kg_co2e == pytest.approx(1971 * 72 / 15_768_000, rel=1e-12)
    still = last_option(scenario(), profile()).attempt.p95_latency_s
    assert attempt.p95_latency_s == pytest.approx(still + 60.0, rel=1e-12)


def test_a_sunk_server_costs_no_capital():
    """2,614,400 a year / 35,040 busy board-hours = 74.61 an hour, 8.5 s an image."""
    option = last_option(with_supplies({**OWN, "sunk": True}), profile(), supply="owned")
    assert option.components["hardware"] == pytest.approx(2_614_400 / 35_040 / 3600 * 8.5, rel=1e-12)


def test_an_api_option_by_hand():
    """Four images at 2.5 and a look at 6, 1.0625 times, and 1 of fallback."""
    option = last_option(with_supplies(API), supply="sold")
    assert option.components == pytest.approx({"api": 10.625, "review": 6.375, "fallback": 1.0}, rel=1e-12)
    assert option.carbon_kg_co2e_per_accepted_image is None


def test_without_a_fallback_the_delivered_carry_the_failed():
    option = last_option(scenario({"workloads[0].fallback_cost": None}), profile())
    assert option.cost_per_accepted_image == pytest.approx(8.075 / (1 - 1 / 256), rel=1e-12)


def test_an_interactive_attempt_uses_batches_no_larger_than_itself():
    asked = scenario({"workloads[0].images_per_attempt": [1, 2, 4]})
    used = {option.attempt.images for option in options_of(asked, profile(config__batch_size=2))}
    assert used == {2, 4}


def test_a_deferrable_attempt_shares_batches_of_any_size():
    asked = scenario({"workloads[0].images_per_attempt": [1, 2, 4], "workloads[0].deferrable": True})
    found = options_of(asked, profile(config__batch_size=32))
    assert {option.attempt.images for option in found} == {1, 2, 4}
    assert {option.attempt.busy_s / option.attempt.images for option in found} == {2.0}


@pytest.mark.parametrize(("batch_size", "busy_s"), [(1, 8.0), (2, 8.0), (3, 12.0), (4, 8.0)])
def test_a_partial_last_batch_pays_a_full_batch(batch_size, busy_s):
    """Four images in batches of three are two batches, six images of 2 s."""
    attempt = last_option(scenario(), profile(config__batch_size=batch_size)).attempt
    assert attempt.busy_s == busy_s
    assert attempt.energy_kwh == pytest.approx(busy_s / 8 * 0.002, rel=1e-12)


def test_a_profile_on_two_boards_pays_for_both():
    """Rent and host twice: 3.2 an attempt; (900 + 2 x 150 x 2) x 4 x 1.5 J."""
    attempt = last_option(scenario(), profile(hardware__accelerator_count=2)).attempt
    assert attempt.costs["rent"] == pytest.approx(3.2, rel=1e-12)
    assert attempt.energy_kwh == pytest.approx(1500 * 4 * 1.5 / 3.6e6, rel=1e-12)


@pytest.mark.parametrize(
    ("energy", "joules"),
    [
        ({"boundary": "gpu"}, 1200.0),
        ({"boundary": "gpu_net_idle", "idle_power_w": 70.0}, 1340.0),
        ({"boundary": "host"}, 900.0 / 0.94),
        ({"boundary": "wall"}, 900.0),
    ],
)
def test_each_boundary_reaches_the_option(energy, joules):
    """Four images x PUE 1.5; the cited power supply passes 0.94 on."""
    option = last_option(scenario(), profile(energy={"energy_j_per_image": 900.0, **energy}))
    assert option.attempt.energy_kwh == pytest.approx(joules * 4 * 1.5 / 3.6e6, rel=1e-12)


def test_acceptance_of_the_model_goes_before_that_of_the_workload():
    asked = scenario({"workloads[0].acceptance_by_model": {"test/one": {"kind": "alike", "mean": 1.0}}})
    assert last_option(asked, profile()).outcome.expected_attempts == 1.0
    assert last_option(asked, profile("two")).outcome.expected_attempts == 1.0625


@pytest.mark.parametrize(("utilization", "services"), [(0.04, 1.0), (0.8, 7.6203)])
def test_the_wait_is_the_queue_and_not_the_batch_alone(utilization, services):
    """At 4 % load 96 of 100 requests find the board idle; at 80 % p95 is 7.62 service times (M/D/1)."""
    asked = scenario({"supplies[0].utilization_fraction": utilization})
    wait = last_option(asked, profile()).attempt.p95_latency_s
    assert wait == pytest.approx(8.0 * services, rel=1e-5)


def test_a_stated_p95_of_the_batch_goes_before_its_mean():
    asked = scenario({"supplies[0].utilization_fraction": 0.04})
    slow = profile(speed__p95_batch_latency_s=9.5)
    assert last_option(asked, slow).attempt.p95_latency_s == 9.5


def test_a_limit_on_the_wait_leaves_the_attempts_that_keep_it():
    """Batches of one at 4 % load: one image 2 s, two 4 s, four 8 s."""
    changes = {
        "supplies[0].utilization_fraction": 0.04,
        "workloads[0].images_per_attempt": [1, 2, 4],
        "workloads[0].latency_max_s": 5,
    }
    found = market_of(scenario(changes), profile(config__batch_size=1)).options
    assert {option.attempt.images for option in found} == {1, 2}


def test_a_least_share_delivered_leaves_the_larger_numbers_of_attempts():
    """p = 1/2, n = 1: K = 4 delivers 0.9375."""
    changes = {
        "workloads[0].images_per_attempt": [1],
        "workloads[0].attempts_max": 6,
        "workloads[0].deliver_min": 0.9375,
    }
    found = market_of(scenario(changes), profile(config__batch_size=1)).options
    assert [option.attempts_max for option in found] == [4, 5, 6]


GATES = {
    "no energy figure": ({}, {"energy": None}),
    "no speed figure": ({}, {"speed": None}),
    "no idle power figure": ({}, {"energy__boundary": "gpu_net_idle"}),
    "joules of processor and memory alone": ({}, {"energy__boundary": "processor_and_memory"}),
    "evidence estimated": ({}, {"evidence__kind": "estimated"}),
    f"no FID on {FID}": ({}, {"quality": []}),
    "no FID on fid/coco2014-10k": ({"workloads[0].quality.reference": "fid/coco2014-10k"}, {}),
    "quality match far": ({}, {"quality": [fid(10.0, match="far")]}),
    "quality match other_version": ({}, {"quality": [fid(10.0, match="other_version")]}),
    "FID above the bar": ({}, {"quality": [fid(20.001)]}),
    "image too small": ({"workloads[0].min_pixels": 1024 * 1024 + 1}, {}),
    "licence unknown": ({}, {"config__model_licence": None}),
    "licence forbids commercial use": ({}, {"config__model_licence": {"name": "NC", "commercial_use": "no"}}),
    "licence conditional": (
        {"limits.accept_commercial_use": ["yes"]},
        {"config__model_licence": {"name": "C", "commercial_use": "conditional"}},
    ),
    "country not allowed": ({"workloads[0].countries": ["FRA"]}, {}),
    "does not fit the board's memory": ({}, {"speed__peak_memory_gib": 74.6}),
    "needs more boards than the instance has": ({}, {"hardware__accelerator_count": 9}),
    "batch larger than an attempt": ({}, {"config__batch_size": 8}),
    "not the board asked for": ({"limits.boards": ["B200 SXM"]}, {}),
    "too slow": ({"workloads[0].latency_max_s": 8}, {}),
    "delivers too seldom": ({"workloads[0].deliver_min": 0.9961}, {}),
    "carbon above the limit": ({"workloads[0].carbon_max": 0.0019}, {}),
}
"""What closes each gate of a machine, and the reason that is named."""


@pytest.mark.parametrize("reason", GATES)
def test_a_closed_gate_is_named_alone_and_in_both_languages(reason):
    changes, parts = GATES[reason]
    asked = scenario(changes)
    [rejection] = market_of(asked, profile(**parts)).rejected
    assert [failure.reason for failure in rejection.failures] == [reason]
    for language in LANGUAGES:
        assert "{" not in failure_sentence(rejection.first, language) + failure_name(
            rejection.first, language
        )


def test_just_inside_every_gate_there_is_an_option():
    """FID 19.9 + 1 standard error of 0.1 = 20; memory 80 GB = 74.5 GiB; carbon 0.002 kg x 1.0625 = 0.002125."""
    changes = {
        "workloads[0].quality.z": 1.0,
        "workloads[0].min_pixels": 1024 * 1024,
        "workloads[0].countries": ["FRA", "JPN"],
        "workloads[0].carbon_max": 0.0021251,
        "workloads[0].deliver_min": 255 / 256,
        "limits.boards": ["H100"],
    }
    inside = profile(
        quality=[fid(19.9, stderr=0.1)], speed__peak_memory_gib=74.5, hardware__accelerator_count=1
    )
    assert len(market_of(scenario(changes), inside).options) == 1


def test_the_standard_error_is_added_to_the_figure_before_it_is_compared():
    asked = scenario({"workloads[0].quality.z": 2.0})
    assert reasons(asked, profile(quality=[fid(19.9, stderr=0.1)])) == {"FID above the bar"}


def test_of_two_figures_in_a_reference_the_better_matched_one_is_compared():
    two = profile(quality=[fid(5.0, match="near"), fid(30.0, match="exact")])
    assert reasons(scenario(), two) == {"FID above the bar"}


def test_a_board_that_no_supply_offers_is_named():
    [rejection] = market_of(scenario(), profile(hardware__accelerator="NVIDIA GeForce RTX 4090")).rejected
    assert (rejection.first.reason, rejection.supply) == ("no supply for this board", None)


@pytest.mark.parametrize(
    ("changes", "sold", "reason"),
    [
        ({"carbon_max": 0.01}, {}, "carbon not disclosed"),
        ({"latency_max_s": 100}, {}, "latency not disclosed"),
        ({"latency_max_s": 100}, {"latency_s": 101}, "too slow"),
        ({"countries": ["JPN"]}, {}, "country not allowed"),
        ({}, {"commercial_use": "unknown"}, "licence unknown"),
        ({}, {"model": "nobody's model"}, f"no FID on {FID}"),
        ({"min_pixels": 2_000_000}, {}, "image too small"),
    ],
)
def test_a_gate_that_an_api_fails_is_named(changes, sold, reason):
    assert reasons(with_supplies({**API, **sold}, **changes), supply="sold") == {reason}


@pytest.mark.parametrize("rule", ["carbon_cap_per_month", "internal_carbon_price"])
def test_any_carbon_rule_asks_an_api_for_its_carbon(rule):
    supplies = [scenario().supplies[0].model_dump(mode="json"), API]
    asked = scenario({"supplies": supplies, f"limits.{rule}": 1e6})
    assert reasons(asked, supply="sold") == {"carbon not disclosed"}


def test_a_board_whose_making_nobody_published_fails_a_carbon_rule_only():
    rented = scenario().supplies[0].model_dump(mode="json") | {
        "board": "B200 SXM",
        "embodied_kg_co2e_per_gpu": None,
        "embodied_host_kg_co2e_per_gpu": None,
    }
    on_b200 = profile(hardware__accelerator="NVIDIA B200")
    assert reasons(scenario({"supplies": [rented]}), on_b200) == set()
    capped = scenario({"supplies": [rented], "workloads[0].carbon_max": 1})
    assert reasons(capped, on_b200) == {"no embodied carbon figure"}


def test_an_api_that_fails_a_gate_stands_beside_the_choice_with_its_price():
    """10.625 + 6.375 + 1 as above."""
    [quote] = market_of(with_supplies({**API, "commercial_use": "unknown"})).apis
    assert quote.option.cost_per_accepted_image == pytest.approx(18.0, rel=1e-12)
    assert [failure.reason for failure in quote.failures] == ["licence unknown"]


def test_an_api_is_judged_by_the_open_model_of_the_same_name():
    """FLUX.1-dev has 10.15 on MJHQ-30K in the table of Sana."""
    [offer] = market_of(with_supplies(API)).offers
    assert (offer.quality.value, offer.quality.match) == (10.15, "unstated")


@pytest.mark.parametrize(
    ("side", "failures"), [(512, ["quality match far"]), (1024, []), (2048, ["quality match far"])]
)
def test_an_api_is_judged_at_the_size_that_it_sells(side, failures):
    """10.15 was measured on pictures of 1024 x 1024, the size that FLUX.1-dev is meant for."""
    sold = {**API, "width": side, "height": side}
    [offer] = market_of(with_supplies(sold, min_pixels=1)).offers
    assert [failure.reason for failure in offer.failures] == failures


@pytest.mark.parametrize(("bar", "excluded"), [(20.0, 0), (9.0, 1)])
def test_options_that_the_bar_alone_keeps_out_are_counted(bar, excluded):
    asked = scenario({"workloads[0].quality.fid_max": bar})
    unlicensed = profile("three", config__model_licence=None)
    found = market_of(asked, profile(), profile("two", quality=[fid(8.0)]), unlicensed)
    assert found.bar_excluded == excluded


def test_every_component_is_finite_and_they_add_up_to_the_cost():
    asked = with_supplies(OWN, API, attempts_max=20, images_per_attempt=[1, 2, 4, 8])
    found = market_of(asked, profile(config__batch_size=1)).options
    assert len(found) == 3 * 4 * 20
    for option in found:
        assert math.fsum(option.components.values()) == pytest.approx(option.cost_per_request, rel=1e-12)


def test_the_second_workload_is_priced_by_its_own_figures():
    asked = scenario({"workloads": [scenario().workloads[0].model_dump(mode="json"), SECOND]})
    found = market(asked, asked.workloads[1], [profile()])
    assert {option.workload for option in found.options} == {"banners"}
    assert "fallback" not in found.options[-1].components
