"""Random changes of one to three inputs of a report: is page one right, or does it say that it was not judged?

`python -m tests.roi.random_changes 200` draws so many, has LibreOffice compute them all, and prints what page one
said beside what the engine says of the same change.
"""

import io
import random
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from openpyxl import Workbook, load_workbook

from roi.errors import RoiError
from roi.planning.decide_plan import plan
from roi.planning.reprice import reprice
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.texts import text
from roi.workbook.report.live.calculate import calculation
from roi.workbook.report.live.inputs import NO_PART_IN_CHOICE
from roi.workbook.report.make import report_bytes
from tests.roi.live_cases import CASES, decided, told
from tests.roi.report_cases import recalculated

DRAWN_CASES = (
    "demonstration",
    "owned",
    "api",
    "by_use",
    "by_second",
    "signed",
    "alone",
    "staged",
    "committed",
)
FACTORS = (0.2, 0.5, 0.8, 0.95, 1.1, 1.5, 3.0)
JUDGED = 0.4
"""Share of the changes that are drawn among the figures of which page one says that they move no choice."""
SAME = 1e-6
GAP = 2e-4
"""Difference of cost that may be the gap to which plans are solved."""


@dataclass(frozen=True)
class Change:
    """Figures of a case at other values."""

    case: str
    figures: dict[str, float]

    @property
    def scenario(self) -> Scenario:
        """With the figures."""
        return with_changes(decided(self.case).scenario, dict(self.figures))


@dataclass(frozen=True)
class Page:
    """What page one says."""

    state: str
    """`holds`, `unjudged` or `fails`."""
    rerun: str
    tco: float
    npv: float | None


def changes(count: int, seed: int = 1) -> Iterator[Change]:
    """Such as the scenario's file takes."""
    draw = random.Random(seed)
    while count:
        case = draw.choice(DRAWN_CASES)
        places = [each for each in sorted(_inputs(case)) if not each.startswith("exchange_rates")]
        mine = [each for each in places if NO_PART_IN_CHOICE.search(each)] if draw.random() < JUDGED else []
        chosen = draw.sample(mine or places, min(draw.randint(1, 3), len(mine or places)))
        found = Change(case, {each: _moved(_inputs(case)[each], draw) for each in chosen})
        try:
            reprice(decided(case), found.scenario)
        except RoiError:
            continue
        count -= 1
        yield found


def _moved(value: float, draw: random.Random) -> float:
    return value * draw.choice(FACTORS) if value else draw.choice((0.01, 0.1))


@cache
def _report(case: str) -> tuple[bytes, dict[str, tuple[int, float]], int]:
    """The file, rows and values of its inputs, the row of the case."""
    made = calculation(told(case))
    rows = {place: (cell.row, float(cell.value)) for place, cell in made.inputs.items()}
    return report_bytes(told(case), made), rows, made.headline.scenario.row


def _inputs(case: str) -> dict[str, float]:
    return {place: value for place, (_, value) in _report(case)[1].items()}


def typed(change: Change) -> bytes:
    """The report as a person leaves it: figures of the custom case changed, and that case chosen."""
    content, rows, top = _report(change.case)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {info.filename: book.read(info) for info in book.infolist()}
    names = load_workbook(io.BytesIO(content), read_only=True).sheetnames
    part = f"xl/worksheets/sheet{names.index(text('en', 'live.sheet_inputs')) + 1}.xml"
    xml = parts[part].decode()
    xml = _retyped(xml, f"B{top}", text("en", "live.case_custom"), "t")
    for place, value in change.figures.items():
        xml = _retyped(xml, f"F{rows[place][0]}", repr(value), "v")
    parts[part] = xml.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        for name, each in parts.items():
            book.writestr(name, each)
    return buffer.getvalue()


def _retyped(xml: str, address: str, content: str, tag: str) -> str:
    """A number stands in `v`, a text in `t`."""
    pattern = rf'(<c r="{address}"[^>]*>(?:<is>)?<{tag}>)[^<]*(?=</{tag}>)'
    made, count = re.subn(pattern, rf"\g<1>{content}", xml)
    assert count == 1, address
    return made


def pages(drawn: list[Change]) -> list[Page]:
    """What page one says of each, all computed in one call."""
    anew = recalculated({str(place): typed(each) for place, each in enumerate(drawn)})
    return [_page(anew[str(place)]) for place in range(len(drawn))]


def _page(content: bytes) -> Page:
    book = load_workbook(io.BytesIO(content), data_only=True)
    words = [
        cell.value for row in book.worksheets[0].iter_rows() for cell in row if isinstance(cell.value, str)
    ]
    failing = any(each.startswith(text("en", "paper.checks_fail")) for each in words)
    unjudged = text("en", "paper.checks_unjudged") in words
    known = {text("en", f"paper.rerun_{key}"): key for key in ("none", "unjudged", "kept")}
    rerun = next((known[each] for each in words if each in known), "cheaper")
    tco, npv = (_named(book, name) for name in ("roi_tco", "roi_npv"))
    assert tco is not None
    return Page("fails" if failing else "unjudged" if unjudged else "holds", rerun, tco, npv)


def _named(book: Workbook, name: str) -> float | None:
    if name not in book.defined_names:
        return None
    ((sheet, cell),) = book.defined_names[name].destinations
    return float(book[sheet][cell].value)


def verdict(change: Change, page: Page) -> str:
    """Whether the page is right; `wrong: ...` where it is neither right nor says that it was not judged.

    The engine prices the kept plan with the change, and makes the plan anew.
    """
    kept = reprice(decided(change.case), change.scenario)
    assert kept.worth is not None
    if abs(page.tco - kept.worth.tco) > SAME * abs(kept.worth.tco):
        return f"wrong: TCO {page.tco:,.0f} instead of {kept.worth.tco:,.0f}"
    if page.state == "fails":
        return "a rule is broken" if kept.no_longer_fits else "wrong: no rule is broken"
    if page.rerun != "cheaper" and "unjudged" in (page.state, page.rerun):
        return "not judged"
    if kept.no_longer_fits:
        return f"wrong: silent about {', '.join(kept.no_longer_fits)}"
    return _beside_plan(change, page, kept.worth.tco)


def _beside_plan(change: Change, page: Page, kept: float) -> str:
    """What is said of a page that trips nothing or names a cheaper option."""
    anew = plan(change.scenario, CASES[change.case]()[1], explained=False, reviewed=False)
    best = anew.worth
    cheaper = best is not None and best.tco < kept - GAP * abs(kept)
    if page.rerun == "cheaper":
        return "a cheaper option is named" if cheaper else "wrong: nothing is cheaper"
    npv = None if anew.finance is None else anew.finance.npv
    if npv is not None and (page.npv is None or abs(page.npv - npv) > SAME * abs(npv)):
        return f"wrong: NPV {page.npv} instead of {npv}"
    return "wrong: silent about a cheaper plan" if cheaper else "the plan stands"


if __name__ == "__main__":
    drawn = list(changes(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
    said = [verdict(*pair) for pair in zip(drawn, pages(drawn), strict=True)]
    for count_of, number in Counter(each.partition(" about")[0] for each in said).most_common():
        print(f"{number:4d}  {count_of}")
    for change, each in zip(drawn, said, strict=True):
        if each.startswith("wrong"):
            print(each, change)
