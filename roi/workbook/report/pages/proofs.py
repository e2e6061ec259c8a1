"""Checks that the pages bring: the book against the run that made it."""

import math
from collections.abc import Iterator

from roi.workbook.expression import Cell, across
from roi.workbook.functions import added, total
from roi.workbook.report.pages.calculation import Calculation
from roi.workbook.report.pages.checks import Check
from roi.workbook.report.pages.material import Material
from roi.workbook.report.pages.options import Listing


def proofs(material: Material, live: Calculation, listing: Listing, hashed: Cell) -> tuple[Check, ...]:
    """Results against the engine, sums both ways, the choice's cost, the second route, the hash."""
    return (
        *_results(material, live),
        *_sums(material, live),
        *_choices(listing),
        Check("paper.check_verified", "paper.why_verified", material.decision.sound, True),
        Check("paper.check_hash", "paper.why_hash", hashed, material.decision.inputs_hash),
    )


def _results(material: Material, live: Calculation) -> Iterator[Check]:
    decision, headline = material.decision, live.headline
    if decision.worth is not None:
        yield Check("paper.check_engine_tco", "paper.why_engine_tco", headline.tco, decision.worth.tco, True)
    if decision.finance is not None and headline.npv is not None:
        yield Check(
            "paper.check_engine_npv", "paper.why_engine_npv", headline.npv, decision.finance.npv, True
        )


def _sums(material: Material, live: Calculation) -> Iterator[Check]:
    """All cash of the plan, added up by component and by year."""
    rows = [list(cells) for cells in live.course.plan.values()]
    if not rows:
        return
    by_component = added([total(across(cells)) for cells in rows])
    by_year = added([added(list(year)) for year in zip(*rows, strict=True)])
    yield Check("paper.check_components", "paper.why_components", by_component, by_year)
    if material.decision.ledger is not None:
        engine = math.fsum(entry.amount for entry in material.decision.ledger.entries)
        yield Check("paper.check_engine_cash", "paper.why_engine_cash", by_year, engine, True)


def _choices(listing: Listing) -> Iterator[Check]:
    for each in listing.options:
        if each.line.state == "chosen":
            engine = each.line.option.cost_per_accepted_image
            yield Check("paper.check_options", "paper.why_options", each.cost, engine, True)
