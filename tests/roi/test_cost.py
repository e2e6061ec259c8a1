"""Money of an attempt and of a request, each by hand."""

import pytest

from roi.cost import (
    by_component,
    delivered_per_request,
    hardware_rate_per_h,
    of_busy_s,
    rent_by_second,
    rent_rate_per_h,
    request_streams,
    review_s,
)
from roi.retry import alike, outcome


def test_one_board_of_eight_pays_an_eighth_of_the_rent_and_the_hours_in_which_it_waits():
    """68 an hour / 8 boards = 8.5; half of the hours work, so 17 an hour at work; 900 s are a quarter of it."""
    rate = rent_rate_per_h(68.0, 8.0, 0.5)
    assert of_busy_s(rate, 900.0) == pytest.approx(4.25, rel=1e-15)


def test_an_owned_board_recovers_price_less_resale_and_upkeep_in_its_busy_hours():
    """(20e6 - 10e6 + 2,614,400) a year / (8760 h x 0.5 x 8 boards) = 360 an hour at work; 10 s cost 1."""
    rate = hardware_rate_per_h(20e6, 0.5, 0.0, 1.0, 2_614_400.0, 0.5, 8.0)
    assert of_busy_s(rate, 10.0) == pytest.approx(1.0, rel=1e-12)


def test_capital_costs_interest_until_the_resale():
    """Price 110 at 10 % for a year, resale 11 then: rent at the year's end 121 - 11 = 110, over 8760 h."""
    assert hardware_rate_per_h(110.0, 0.1, 0.1, 1.0, 0.0, 1.0, 1.0) == pytest.approx(
        110.0 / 8760.0, rel=1e-12
    )


def test_a_server_already_paid_for_costs_its_upkeep_alone():
    assert hardware_rate_per_h(0.0, 0.5, 0.1, 3.0, 8760.0, 1.0, 1.0) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(("duration_s", "cost"), [(10.0, 0.6), (90.0, 1.8)])
def test_rent_by_the_second_is_of_the_whole_instance_and_no_less_than_its_minimum(duration_s, cost):
    """72 an hour are 0.02 a second; 10 s are billed as 30."""
    assert rent_by_second(72.0, duration_s, 30.0) == pytest.approx(cost, rel=1e-15)


@pytest.mark.parametrize(("images", "seconds"), [(1.0, 6.0), (4.0, 15.0)])
def test_four_images_are_not_looked_at_in_the_time_of_one(images, seconds):
    """3 s an attempt and 3 s an image."""
    assert review_s(3.0, 3.0, images) == seconds


def test_a_request_pays_its_expected_attempts_and_the_fallback_of_those_that_fail():
    """p = 1/2, n = 1, K = 2: 1.5 attempts, a quarter fails and costs 40."""
    found = outcome(alike(0.5), 1, 2)
    attempt = {"rent": 2.0, "review": 4.0}
    costs = request_streams(attempt, found.expected_attempts, found.deliver_probability, 40.0)
    assert costs == {"rent": 3.0, "review": 6.0, "fallback": 10.0}


def test_without_a_fallback_there_is_no_such_component():
    assert request_streams({"api": 2.0}, 1.5, 0.75, None) == {"api": 3.0}


def test_capital_and_upkeep_of_a_server_are_two_streams_of_one_component():
    streams = {"hardware": 2.0, "space": 3.0, "electricity": 1.0}
    assert by_component(streams) == {"hardware": 5.0, "electricity": 1.0}


@pytest.mark.parametrize(("has_fallback", "images"), [(True, 1.0), (False, 0.75)])
def test_every_request_ends_with_a_picture_only_where_there_is_a_fallback(has_fallback, images):
    assert delivered_per_request(0.75, has_fallback) == images
