"""Of a plan that weighs drawn futures: mean amounts over them, values of the run that the rest follows from."""

from collections.abc import Mapping, Sequence

from roi.cost import COMPONENTS
from roi.options.terms import Values
from roi.planning.cash_flow import spending, written_off
from roi.planning.entries import Ledger
from roi.planning.sharing import compared_part
from roi.planning.worth import summed, worth
from roi.texts import text
from roi.workbook.expression import Formula
from roi.workbook.report.live.flow import Charges
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.ledger import Booked
from roi.workbook.report.live.results import CARBON, Booking, Served
from roi.workbook.report.live.timeline import Line, Timeline


def put_means(ground: Ground, line: Timeline) -> Booking:
    """Rows of both sides by component, of the run; a change of Inputs moves none of them."""
    decision = ground.material.decision
    mine = compared_part(decision)
    if decision.ledger is None or mine is None:
        raise ValueError("a report needs a plan")
    books = {"plan": decision.ledger}
    if decision.baseline is not None:
        books["today"] = decision.baseline
    part = None if mine is decision.ledger or decision.baseline is None else mine
    compared = books if part is None else {**books, "plan": part}
    booked = {}
    for name, book in books.items():
        rows = _rows(ground, line, ground.titled("components", name), book)
        booked[name] = Booked(rows, rows)
        if compared[name] is not book:
            booked[name] = Booked(rows, _rows(ground, line, ground.titled("compared", name), compared[name]))
    owed: dict[str, Sequence[Formula]] = dict.fromkeys(books, ())
    if decision.owed:
        whole_owed = sum(each.amount for each in decision.owed)
        owed["plan"] = [ground.constant(ground.say("owed"), whole_owed).formula()]
    return Booking(
        booked,
        {
            name: Served(
                list(book.accepted_images),
                _carbon(book),
                None if part is None else _kilograms(ground, name, compared[name]),
            )
            for name, book in books.items()
        },
        owed,
        _charges(ground, compared["plan"], compared.get("today")),
        (),
        lambda _results: [],
    )


def _kilograms(ground: Ground, name: str, book: Ledger) -> Formula | None:
    """Emissions of what is compared; None where somebody does not disclose them."""
    kilograms = worth(ground.scenario, book).carbon_kg_co2e
    if kilograms is None:
        return None
    return ground.constant(f"{ground.titled('compared', name)} [kgCO2e]", kilograms).formula()


def _rows(ground: Ground, line: Timeline, title: str, book: Ledger) -> Mapping[str, Line]:
    line.heading(title, ground.heads("component_number"))
    return {
        name: line.line(
            (text(ground.language, f"component.{name}"), "", ground.currency),
            list(amounts),
            "plan",
            "#,##0",
            key=float(COMPONENTS.index(name) + 1),
        )
        for name, amounts in book.by_component_and_year().items()
    }


def _carbon(book: Ledger) -> dict[str, list[float]]:
    """Kilowatt-hours and kilograms by year; without what somebody does not state."""
    fields = dict(zip(CARBON, ("energy_kwh", "location_kg", "market_kg", "embodied_kg"), strict=True))
    carbon = {}
    for key, name in fields.items():
        amounts = [
            summed(getattr(each, name) for each in book.energy if each.year == year)
            for year in range(book.years)
        ]
        stated = [each for each in amounts if each is not None]
        if len(stated) == book.years:
            carbon[key] = stated
    return carbon


def _charges(ground: Ground, plan: Ledger, today: Ledger | None) -> Charges:
    read = Values(ground.scenario)
    mine = written_off(read, spending(plan))[0]
    theirs = 0.0 if today is None else written_off(read, spending(today))[0]
    left = (mine - theirs).tolist()
    return lambda year: float(left[year])
