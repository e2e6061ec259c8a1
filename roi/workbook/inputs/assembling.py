"""Contents by their places into one document of mappings and lists."""

from collections.abc import Iterable
from dataclasses import dataclass

from roi.scenario.written import Fault, Steps
from roi.texts.messages import Message

Tree = dict[str | int, "Tree | Placed"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A content, the way to it, and the cell that names the way."""

    steps: Steps
    content: object
    cell: str


def assembled(entries: Iterable[Placed], faults: list[Fault]) -> dict[str, object]:
    """The document; a place that fits no other and a gap in a list are added to the faults."""
    tree: Tree = {}
    first: dict[Steps, str] = {}
    for entry in entries:
        for depth in range(1, len(entry.steps)):
            first.setdefault(entry.steps[:depth], entry.cell)
        if not _put(tree, entry):
            sentence = Message("sheet.value_and_part")
            faults.append(Fault(entry.steps, sentence, entry.cell))
    return {str(key): _plain(part, (key,), first, faults) for key, part in tree.items()}


def _put(tree: Tree, entry: Placed) -> bool:
    part = tree
    for step in entry.steps[:-1]:
        below = part.setdefault(step, {})
        if isinstance(below, Placed):
            return False
        part = below
    return part.setdefault(entry.steps[-1], entry) is entry


def _plain(part: Tree | Placed, steps: Steps, first: dict[Steps, str], faults: list[Fault]) -> object:
    if isinstance(part, Placed):
        return part.content
    if any(isinstance(key, str) for key in part):
        return {str(key): _plain(below, (*steps, key), first, faults) for key, below in part.items()}
    numbers = sorted(key for key in part if isinstance(key, int))
    gap = next((number for expected, number in enumerate(numbers) if number != expected), None)
    if gap is not None:
        expected = numbers.index(gap)
        key = "sheet.gap" if expected else "sheet.gap_at_first"
        sentence = Message(key, number=gap, before=expected - 1)
        faults.append(Fault((*steps, gap), sentence, first.get((*steps, gap))))
    return [_plain(part[number], (*steps, number), first, faults) for number in numbers]
