"""Energy and carbon of an image at each measuring boundary, each by hand."""

import pytest

from roi.errors import MissingFigureError
from roi.footprint import embodied_kg_co2e, facility_kwh, operational_kg_co2e, plug_parts


@pytest.mark.parametrize(
    ("boundary", "joules"),
    [
        ("gpu", 900.0 + 150.0 * 2.0),
        ("gpu_net_idle", 900.0 + (70.0 + 150.0) * 2.0),
        ("host", 900.0 / 0.9),
        ("wall", 900.0),
    ],
)
def test_joules_are_carried_to_the_plug_by_what_their_boundary_leaves_out(boundary, joules):
    """900 J in 2 s, host 150 W, idle 70 W, power supply 0.9."""
    fixed, host_s = plug_parts(900.0, boundary, 2.0, 70.0, 0.9)
    assert fixed + 150.0 * host_s == joules


def test_idle_power_counts_only_where_it_was_taken_off():
    assert plug_parts(900.0, "gpu", 2.0, 70.0, 0.9) == (900.0, 2.0)


def test_joules_net_of_an_unstated_idle_power_are_a_stop():
    with pytest.raises(MissingFigureError, match="idle_power_w"):
        plug_parts(900.0, "gpu_net_idle", 2.0, None, 0.9)


def test_joules_of_the_processor_alone_are_a_stop_and_never_a_whole_server():
    with pytest.raises(MissingFigureError, match="processor and memory alone"):
        plug_parts(900.0, "processor_and_memory", 2.0, None, 0.9)


def test_the_facility_draws_pue_times_the_plug():
    """7.2 MJ are 2 kWh."""
    assert facility_kwh(7.2e6, 1.5) == 3.0


def test_operational_carbon_is_energy_times_intensity():
    assert operational_kg_co2e(3.0, 0.5) == 1.5


def test_busy_hours_carry_the_making_of_the_hours_in_which_the_board_waits():
    """876 kg over 5 years, a tenth of them at work: 4380 h, so 0.2 kg an hour."""
    assert embodied_kg_co2e(876.0, 3600.0, 5.0, 0.1) == pytest.approx(0.2, rel=1e-15)
