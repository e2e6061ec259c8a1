"""The four figures that a board asks for first: cost of an image, net present value, payback, carbon."""

import math
from typing import Literal

import streamlit as st

from roi.amounts import mass, money, unit_price, whole_months
from roi.output.beside import Named
from roi.output.plan.totals import today_worth
from roi.planning.answer import FinanceResult, PlanDecision, Worth
from roi.screens.context import Context
from roi.screens.escaping import escaped
from roi.texts import text

NAMES = ("image", "npv", "payback", "carbon")
NONE = "–"
PENDING = "…"
TILE_PIXELS = 175
"""Two beside each other on a telephone, four on a desk."""


def show_pending_tiles(image: float | None, context: Context) -> None:
    """The tiles while today is worked out: the cost of an image is known at once."""
    shown = dict.fromkeys(NAMES, PENDING)
    if image is not None:
        shown["image"] = _bare(unit_price(image, context.scenario.currency, context.language), context)
    with st.container(horizontal=True):
        for name, value in shown.items():
            st.metric(tile_label(name, context), value, border=True, width=TILE_PIXELS)


def show_tiles(plan: PlanDecision, worth: Worth, context: Context, against: Named | None = None) -> None:
    """The tiles of a plan, each beside today, or with its difference to a plan that was kept for comparison."""
    with st.container(horizontal=True):
        if against is not None:
            _show_differences(plan, worth, against, context)
            return
        _show_image(plan, worth, context)
        _show_npv(plan.finance, context)
        _show_payback(plan.finance, context)
        _show_carbon(plan, worth, context)


def _show_differences(plan: PlanDecision, worth: Worth, against: Named, context: Context) -> None:
    currency, language = context.scenario.currency, context.language
    other = against.plan
    for name, mine, theirs, shown, less in (
        ("image", _price(worth), _price(other.worth), lambda a: unit_price(a, currency, language), True),
        ("npv", _npv(plan.finance), _npv(other.finance), lambda a: money(a, currency, language), False),
        (
            "payback",
            _payback(plan.finance),
            _payback(other.finance),
            lambda a: whole_months(a, language),
            True,
        ),
        ("carbon", worth.carbon_kg_co2e, _carbon(other.worth), mass, True),
    ):
        value = NONE if mine is None else _bare(shown(mine), context)
        words, good = text(language, "screen.tile_unknown_against", name=against.name), None
        if mine is not None and theirs is not None:
            sign = "±" if mine == theirs else "+" if mine > theirs else "−"
            change = f"{sign}{shown(abs(mine - theirs))}"
            words = text(language, "screen.tile_against", change=change, name=against.name)
            good = None if mine == theirs else (mine < theirs) == less
        _tile(name, value, words, good, context)


def _price(worth: Worth | None) -> float | None:
    return None if worth is None else worth.levelised_cost_per_accepted_image


def _npv(finance: FinanceResult | None) -> float | None:
    return None if finance is None else finance.npv


def _payback(finance: FinanceResult | None) -> float | None:
    """In whole months, as it is shown."""
    months = None if finance is None else finance.simple_payback_months
    return None if months is None else float(math.ceil(months))


def _carbon(worth: Worth | None) -> float | None:
    return None if worth is None else worth.carbon_kg_co2e


def tile_label(name: str, context: Context) -> str:
    """The name of a tile with its unit, which leaves the figure room on a narrow tile."""
    return escaped(text(context.language, f"screen.tile_{name}", currency=context.coin))


def _bare(amount: str, context: Context) -> str:
    """An amount without the currency that stands in the tile's name."""
    return amount.removeprefix(f"{context.scenario.currency} ").removesuffix("円")


def _tile(name: str, value: str, beside: str, good: bool | None, context: Context) -> None:
    """A figure, and in green or red what stands beside it."""
    colour: Literal["gray", "green", "red"] = "gray" if good is None else "green" if good else "red"
    st.metric(
        tile_label(name, context),
        value,
        delta=escaped(beside) or None,
        delta_color=colour,
        delta_arrow="off",
        help=text(context.language, f"screen.tile_{name}_help"),
        border=True,
        width=TILE_PIXELS,
    )


def _show_image(plan: PlanDecision, worth: Worth, context: Context) -> None:
    currency, language = context.scenario.currency, context.language
    mine, before = worth.levelised_cost_per_accepted_image, today_worth(plan)
    value = unit_price(mine, currency, language)
    if before is None:
        _tile("image", _bare(value, context), text(language, "screen.tile_no_today"), None, context)
        return
    today = before.levelised_cost_per_accepted_image
    words = text(language, "screen.tile_today", value=unit_price(today, currency, language))
    _tile("image", _bare(value, context), words, mine <= today, context)


def _show_npv(finance: FinanceResult | None, context: Context) -> None:
    if finance is None:
        _tile("npv", NONE, text(context.language, "screen.tile_no_today"), None, context)
        return
    currency, language = context.scenario.currency, context.language
    outlay = text(language, "screen.tile_outlay", value=money(finance.investment, currency, language))
    value = money(finance.npv, currency, language)
    _tile("npv", _bare(value, context), outlay, finance.npv >= 0.0 or None, context)


def _show_payback(finance: FinanceResult | None, context: Context) -> None:
    language = context.language
    if finance is None:
        _tile("payback", NONE, text(language, "screen.tile_no_today"), None, context)
        return
    simple, discounted = finance.simple_payback_months, finance.discounted_payback_months
    if simple is None:
        never = text(language, "plan.payback_never", years=finance.horizon_years)
        _tile("payback", text(language, "screen.never"), never, False, context)
    elif simple == 0.0:
        words = text(language, "screen.never_dearer")
        _tile("payback", text(language, "screen.at_once"), words, True, context)
    else:
        words = text(language, "screen.discounted_never")
        if discounted is not None:
            words = text(language, "screen.discounted", months=whole_months(discounted, language))
        _tile("payback", whole_months(simple, language), words, discounted is not None, context)


def _show_carbon(plan: PlanDecision, worth: Worth, context: Context) -> None:
    language, before = context.language, today_worth(plan)
    if worth.carbon_kg_co2e is None:
        _tile("carbon", NONE, text(language, "plan.carbon_none"), None, context)
        return
    value = mass(worth.carbon_kg_co2e)
    if before is None or before.carbon_kg_co2e is None:
        words = "screen.tile_no_today" if before is None else "screen.tile_today_undisclosed"
        _tile("carbon", value, text(language, words), None, context)
        return
    words = text(language, "screen.tile_today", value=mass(before.carbon_kg_co2e))
    _tile("carbon", value, words, worth.carbon_kg_co2e <= before.carbon_kg_co2e, context)
