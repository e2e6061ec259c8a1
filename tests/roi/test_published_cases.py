"""Worked examples from public sources, reproduced to the precision to which they are stated."""

import pytest

from roi.finance.depreciation import declining_balance_japan
from roi.finance.discounting import annuity, npv
from roi.finance.measures import own_rate_per_h, roi_fraction
from roi.finance.payback import discounted_payback_months, simple_payback_months
from roi.finance.rates_of_return import irr

# System Advisor Model of the National Renewable Energy Laboratory (NREL), residential PV with a loan: the outputs
# that its own tests hold, BSD-3-Clause, https://github.com/NREL/ssc, test/input_json/
# 2022.07.04_PVWatts_Residential_cmod_cashloan_outputs.json. Years 0 to 25, dollars of their year. 6.4 per cent
# real and 2.5 per cent inflation are 9.06 per cent nominal: its discounted payback column divides by 1.0906 a year.
# NREL's REopt states that its payback is "consistent with NREL's SAM tool's payback calculation"
# (https://github.com/NREL/REopt.jl/pull/477).
NOMINAL_RATE = 1.064 * 1.025 - 1
INSTALLED_COST = 17417.6
AFTER_TAX_CASH_FLOW = """0 4475.2064992662426 -36.273786872699475 -18.848758698983602 -1.0891906692424982
17.010171307956853 35.45460686395927 54.249417944982497 73.408729595909335 93.004301833002046 112.97002017027421
133.31136610346994 154.03382750369087 175.14289395225342 196.64405177392678 218.54277875377147 240.84453852213414
263.55477459168333 286.67890402965486 310.22231074771594 334.1903383911158 358.58828280795046 383.42138407854986
408.69481808410228 434.41368759274678 460.58301284036702"""
COST_FLOW = """0 3374.0007249706491 -1162.7200488235371 -1171.1210135694905 -1179.7866769052821 -1188.7258432745052
-1197.9476247109974 -1207.4614520277614 -1217.2770864255792 -1227.4046315374019 -1237.8545459252423
-1248.6376560469298 -1259.7651697107763 -1271.2486900369004 -1283.1002299446866 -1295.3322271866166
-1307.9575599495022 -1320.9895630449635 -1334.442044711855 -1348.3293040542242 -1362.6661491393102
-1377.4679157810472 -1392.7504870355324 -1408.5303134359531 -1424.8244339955399 -1441.6504980082389"""
PAYBACK_FLOW = """-17417.6 5444.1817742955946 936.20626195083764 957.27625487050693 978.82658623603959
1000.8683420824622 1023.4128672624568 1046.4717715524316 1070.0657401406684 1094.2733555925633 1119.0355988732299
1144.3653307475558 1170.275713526552 1196.7802182090411 1223.8926317939977 1251.6270647676572 1279.9979587695873
1309.0200944420467 1338.7085994670445 1369.0789567956131 1400.1470130739408 1431.9289872711001 1464.4414795132375
1497.7014801291893 1531.7263789126494 1566.5339746060777"""
NET_ENERGY_KWH = [0.0, *(11183.544662568811 * 0.995**year for year in range(25))]
"""First year 11 184 kWh, half a per cent less each year; the file's last year is 9915.9291349148."""


def numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


def test_the_system_advisor_model_states_a_net_present_value_of_5103_dollars() -> None:
    assert npv(numbers(AFTER_TAX_CASH_FLOW), NOMINAL_RATE) == pytest.approx(5103.1320852997624, rel=1e-12)


def test_the_system_advisor_model_states_levelised_costs_of_7_507_cents_nominal_and_5_993_real() -> None:
    costs = [-100.0 * flow for flow in numbers(COST_FLOW)]
    nominal = npv(costs, NOMINAL_RATE) / npv(NET_ENERGY_KWH, NOMINAL_RATE)
    real_costs = [cost / 1.025**year for year, cost in enumerate(costs)]
    real_rate = (NOMINAL_RATE - 0.025) / 1.025
    real = npv(real_costs, real_rate) / npv(NET_ENERGY_KWH, real_rate)
    assert NET_ENERGY_KWH[25] == pytest.approx(9915.9291349148007, rel=1e-12)
    assert nominal == pytest.approx(7.5070830156949393, rel=1e-12)
    assert real == pytest.approx(5.9926542634337716, rel=1e-12)


def test_the_system_advisor_model_states_a_payback_of_12_36_years_and_none_when_discounted() -> None:
    """Flows of years give years. Its last discounted cumulative flow is -2495.60, its discounted payback NaN."""
    flows = numbers(PAYBACK_FLOW)
    assert simple_payback_months(flows) == pytest.approx(12.361252965491099, rel=1e-12)
    assert npv(flows, NOMINAL_RATE) == pytest.approx(-2495.6039051706198, rel=1e-11)
    assert discounted_payback_months(flows, NOMINAL_RATE) is None


def test_the_system_advisor_model_states_a_loan_payment_of_1114_93_dollars() -> None:
    """17 417.60 dollars at 4 per cent over 25 years; the first year's interest is 696.704."""
    assert annuity(INSTALLED_COST, 0.04, 25) == pytest.approx(1114.9347630293514, rel=1e-13)


def test_sixty_four_own_accelerators_against_the_cloud() -> None:
    """Capex 1.92 million, energy and operation 728.68 thousand over 4 years, the cloud 3 139 584 at 70 per cent
    load, 10 per cent; stated: own total 2 648 681, savings 490 903, return on capex 0.26, payback 3.2 years, net
    present value -9.44 thousand, break-even load 59 per cent (Accelerator ROI Console,
    https://www.legitlads.com/hub/tools/ai/ai-hardware/accelerator-roi-calculator/)."""
    capex, running, cloud = 1_920_000.0, 2_648_681.0 - 1_920_000.0, 3_139_584.0
    flows = [-capex, *[(cloud - running) / 4] * 4]
    assert round(sum(flows)) == 490_903
    assert round(npv(flows, 0.10), -1) == -9_440
    assert round(simple_payback_months(flows) or 0.0, 1) == 3.2
    assert round(roi_fraction(cloud - running, capex) or 0.0, 2) == 0.26
    cloud_per_h = cloud / (64 * 4 * 8760 * 0.70)
    own_per_h = own_rate_per_h(capex / 64, 0.0, 0.0, 4, running / 64 / 4, 0.70)
    assert cloud_per_h == pytest.approx(2.0, rel=1e-12)
    assert round(0.70 * own_per_h / cloud_per_h, 2) == 0.59


def test_a_japanese_server_of_five_years() -> None:
    """1 000 000 yen, stated: 400 000, 240 000, 144 000, 108 000, 107 999, leaving 1 yen (a tax accountant's answer,
    https://www.zeiri4.com/c_1032/c_1034/q_13170)."""
    charges = declining_balance_japan(1e6, 1.0, 5, 5)
    assert charges == pytest.approx((400_000, 240_000, 144_000, 108_000, 107_999), rel=1e-12)


def test_japanese_equipment_of_eight_years() -> None:
    """1 000 000 yen over 8 years (rate 0.250, revised 0.334, guarantee 0.07909), stated in yen that drop fractions
    year by year (https://support.yayoi-kk.co.jp/business/faq_Subcontents.html?page_id=6985)."""
    stated = (250_000, 187_500, 140_625, 105_468, 79_101, 79_260, 79_260, 78_785)
    assert declining_balance_japan(1e6, 1.0, 8, 8) == pytest.approx(stated, abs=2.0)


def test_a_classroom_flow_has_rates_of_38_and_260_per_cent() -> None:
    """-2000, 10 000, -10 000; stated: two rates of approximately 38 and 260 per cent
    (https://300hours.com/f/cfa/level-1/t/how-do-you-figure-out-the-irr-of-260)."""
    found = irr([-2000.0, 10_000.0, -10_000.0])
    assert found.reason == "several"
    assert (round(found.roots[0], 2), round(found.roots[1], 1)) == (0.38, 2.6)
