"""Who is paid for the plan, for how long one is bound, and by what one pays."""

from roi.output.plan.what import bought_in, used
from roi.planning.answer import PlanDecision
from roi.scenario.supply import Api, Own, Rent
from roi.texts import Language, text
from roi.workbook.report.pages.material import Contract


def contract(decision: PlanDecision, years: int, language: Language) -> Contract:
    """Of every supply that the plan uses, in the scenario's order."""
    mine = used(decision)
    named = len(mine) > 1

    def told(words: list[str]) -> str:
        pairs = zip(mine, words, strict=True)
        return "; ".join(f"{each.name}: {word}" if named else word for each, word in pairs)

    return Contract(
        vendors=", ".join(dict.fromkeys(_vendor(decision, each, language) for each in mine)),
        term=told([_term(decision, each, years, language) for each in mine]),
        payment=told([_payment(decision, each, language) for each in mine]),
    )


def _is_there(decision: PlanDecision, supply: Rent | Own | Api) -> bool:
    """Whether it is a machine of one's own that nobody has to be paid for."""
    return isinstance(supply, Own) and not supply.shared and not bought_in(decision, supply)


def _vendor(decision: PlanDecision, supply: Rent | Own | Api, language: Language) -> str:
    if isinstance(supply, Own):
        key = "vendor_there" if _is_there(decision, supply) else "vendor_own"
        return text(language, f"paper.{key}", supply=supply.name)
    vendor = supply.vendor
    return supply.name if supply.name.startswith(vendor) else f"{vendor} ({supply.name})"


def _term(decision: PlanDecision, supply: Rent | Own | Api, years: int, language: Language) -> str:
    if isinstance(supply, Own):
        key = "term_shared" if supply.shared else "term_there" if _is_there(decision, supply) else "term_own"
        return text(language, f"paper.{key}", years=years)
    if isinstance(supply, Rent) and supply.commitment_years is not None:
        return text(language, "paper.term_committed", years=supply.commitment_years)
    return text(language, "paper.term_open", years=years)


def _payment(decision: PlanDecision, supply: Rent | Own | Api, language: Language) -> str:
    if isinstance(supply, Api):
        key = "pay_image"
    elif isinstance(supply, Own):
        key = "pay_use" if supply.shared else "pay_there" if _is_there(decision, supply) else "pay_once"
    elif supply.term == "reserved":
        key = "pay_committed"
    else:
        key = "pay_second" if supply.billing == "second" else "pay_hour"
    return text(language, f"paper.{key}")
