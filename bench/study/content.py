"""What a reader of a study is shown, in order, before it becomes Markdown, HTML or a terminal page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.study.claims import CLAIMS, PAPER, Claim
from bench.study.inference import Estimate
from bench.study.observation import Group, LeftOut, Observation
from bench.study.study import Study
from bench.study.verdict import Judged, headline

SHOWN_MAX = 10_000.0
"""Above this a ratio is only said to be larger."""
ROUND_MIN = 100.0
"""From here on a ratio is shown without decimals."""
EXAMPLES_MAX = 3


@dataclass(frozen=True)
class Heading:
    """A title."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """A few sentences."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Pictures:
    """Where the figures of a group stand."""

    group: Group
    number: int


Block = Heading | Paragraph | Items | Grid | Pictures


def content(study: Study) -> Iterator[Block]:
    """The report, from the verdicts to the rules."""
    yield Heading("The findings of The Hidden Cost of an Image on these results", 1)
    yield Paragraph(_summary(study))
    yield Grid(("finding", "the paper", "here", "tests"), tuple(_headline_row(one, study) for one in CLAIMS))
    for number, (group, held) in enumerate(study.groups.items(), start=1):
        yield from _group_blocks(study, group, held, number)
    yield Heading("Left out", 2)
    yield Items(tuple(left_out_lines(study.left_out)) or ("no result",))
    yield Heading("How the verdicts fall", 2)
    yield Paragraph(_RULES)
    yield Items(tuple(f"{one.title}: {one.effect}; {one.rule}." for one in CLAIMS))
    yield Paragraph(f"The paper: {PAPER}.")


_RULES = (
    "Intervals are at 95 %; models are the unit, and only results that agree in everything else are paired. A "
    "verdict needs the interval on one side of the rule below and a two-sided p-value of at most 0.05 after "
    "Holm's adjustment over all tests of this report. Results of different boards, power limits, boundaries, "
    "kinds of evidence or tools are never in one test. Differences between models are not explained by the "
    "one trait they are sorted by: size, steps and year differ too."
)


def _summary(study: Study) -> str:
    groups = len(study.groups)
    return (
        f"{study.n_used} results in {groups} {'group' if groups == 1 else 'groups'} that may be compared within "
        f"themselves; {len(study.left_out)} left out; {study.n_tests} tests, p-values adjusted after Holm."
    )


def _headline_row(claim: Claim, study: Study) -> tuple[str, ...]:
    return claim.title, claim.paper, *headline(claim.key, study.judged)


def _group_blocks(study: Study, group: Group, held: Sequence[Observation], number: int) -> Iterator[Block]:
    models = len({one.model for one in held})
    yield Heading(f"Group {number}: {group.label}", 2)
    yield Paragraph(f"{len(held)} results of {models} {'model' if models == 1 else 'models'}.")
    judged = study.of_group(group)
    head = ("finding", "effect (95 % interval)", "models", "results", "verdict")
    yield Grid(head, tuple(_answer_row(one) for one in judged))
    yield Items(tuple(f"{_title(one)} — {one.answer.where}. {_capital(one.reason)}" for one in judged))
    yield Pictures(group, number)


def _answer_row(one: Judged) -> tuple[str, ...]:
    answer = one.answer
    effect = estimate_text(answer.claim, answer.estimate)
    return _title(one), effect, str(answer.n_models), str(answer.n_results), one.verdict


def _title(one: Judged) -> str:
    return next(claim.title for claim in CLAIMS if claim.key == one.answer.claim)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def estimate_text(claim: str, estimate: Estimate | None) -> str:
    """The effect with its interval, a correlation with its sign."""
    if estimate is None:
        return "-"
    values = (estimate.value, estimate.low, estimate.high)
    if claim == "quality":
        return "{:+.2f} ({:+.2f} to {:+.2f})".format(*values)
    if claim == "quantization":
        return "{:.0%} ({:.0%} to {:.0%})".format(*values)
    return "{} ({} to {})".format(*map(_ratio, values))


def _ratio(value: float) -> str:
    if value > SHOWN_MAX:
        return f"over {SHOWN_MAX:,.0f}x"
    return f"{value:,.0f}x" if value >= ROUND_MIN else f"{value:.3g}x"


def left_out_lines(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """How many results were left out for each reason, with a few names."""
    counts = Counter(one.reason for one in left_out)
    for reason, count in counts.most_common():
        names = [one.name for one in left_out if one.reason == reason][:EXAMPLES_MAX]
        more = ", ..." if count > len(names) else ""
        yield f"{count}: {reason} ({', '.join(names)}{more})"
