"""Of a plan that weighs drawn futures: mean amounts over them, values of the run that the rest follows from."""

from collections.abc import Mapping, Sequence

from roi.cost import COMPONENTS
from roi.options.terms import Values
from roi.planning.answer import Ledger
from roi.planning.cash_flow import spending, written_off
from roi.planning.sharing import part_of
from roi.planning.today import with_baseline
from roi.planning.worth import summed
from roi.texts import text
from roi.workbook.expression import Formula
from roi.workbook.report.live.flow import Charges
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.ledger import Booked
from roi.workbook.report.live.results import CARBON, Served, Sides
from roi.workbook.report.live.timeline import Line, Timeline


def put_means(ground: Ground, line: Timeline) -> Sides:
    """Rows of both sides by component, of the run; a change of Inputs moves none of them."""
    decision = ground.material.decision
    if decision.ledger is None:
        raise ValueError("a report needs a plan")
    books = {"plan": decision.ledger}
    if decision.baseline is not None:
        books["today"] = decision.baseline
    part = _compared(ground) if decision.without_baseline and decision.baseline is not None else None
    booked = {}
    for name, book in books.items():
        whole = _rows(ground, line, ground.titled("components", name), book)
        of_part = name == "plan" and part is not None
        booked[name] = Booked(
            whole, _rows(ground, line, ground.titled("compared", name), part) if of_part and part else whole
        )
    owed: dict[str, Sequence[Formula]] = dict.fromkeys(books, ())
    if decision.owed:
        whole_owed = sum(each.amount for each in decision.owed)
        owed["plan"] = [ground.constant(ground.say("owed"), whole_owed).formula()]
    return Sides(
        booked,
        {name: _served(book) for name, book in books.items()},
        owed,
        _charges(ground, part or decision.ledger, decision.baseline),
        (),
        lambda _results: [],
    )


def _compared(ground: Ground) -> Ledger:
    """The part of the plan that is compared with today."""
    decision = ground.material.decision
    if decision.programme is None or decision.plan is None:
        raise ValueError("a report needs a plan")
    names = with_baseline(decision.scenario)
    return part_of(decision.scenario, decision.programme, decision.options, decision.plan, names)


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


def _served(book: Ledger) -> Served:
    """Pictures and carbon."""
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
    return Served(list(book.accepted_images), carbon, None)


def _charges(ground: Ground, plan: Ledger, today: Ledger | None) -> Charges:
    read = Values(ground.scenario)
    mine = written_off(read, spending(plan))[0]
    theirs = 0.0 if today is None else written_off(read, spending(today))[0]
    left = (mine - theirs).tolist()
    return lambda year: float(left[year])
