"""Every sentence in both languages: same keys, same gaps, each used and each filled."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from pydantic.fields import FieldInfo

from bench.library import known_references, library_profiles
from bench.profile import Boundary, EvidenceKind, Match
from roi import texts
from roi.amounts import unit_of_words, unit_words
from roi.cost import COMPONENTS as PLAN_COMPONENTS
from roi.cost import STREAMS
from roi.decision.decide import decide
from roi.errors import RoiError
from roi.figure import Confidence, Input, Spec, _inner_spec, figures
from roi.finance.rates_of_return import IrrReason
from roi.output.charts import frontier
from roi.output.report.files import FORMATS
from roi.planning.proof import OF_PLAN
from roi.policy.document import IndicatorName
from roi.scenario.change import with_changes
from roi.scenario.check import Kind
from roi.scenario.load import demonstration
from roi.screens import evidence_page, first_answer, frame, glossary, options_page, risk_page, tiles
from roi.sensitivity.inputs import field_of
from roi.texts import LANGUAGES, bundled, catalogue, counted, language_of, table_of, text
from roi.verify.judge import DRAWN, GATES, MIXTURES, SUMS
from roi.workbook.inputs.rows import InputRow, scenario_rows
from roi.workbook.report.live.inputs import CASES
from tests.roi.decision_text import decision_text

ROOT = Path(__file__).resolve().parents[2]
TREES = {
    path: ast.parse(path.read_text(encoding="utf-8")) for path in (*ROOT.glob("roi/**/*.py"), ROOT / "app.py")
}
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
ALIKE_IN_BOTH = {"component.api", "screen.tile_npv"}
"""Keys whose text is a name that Japanese writes in Latin letters too."""


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def calls(name: str, *, method: bool = False) -> Iterator[ast.Call]:
    """Every call of a function, or of a method, of that name."""
    where = "attr" if method else "id"
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, where, "") == name:
                yield node


def literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def failures() -> Iterator[tuple[str, str]]:
    """Rule and key of every gate's failure."""
    for call in calls("Failure"):
        rule, key = literal(call.args[0]), literal(call.args[2])
        assert key is not None, f"line {call.lineno}: the key of a Failure is a literal"
        if rule is not None:
            yield rule, key


TIMELINES = ("retry", "energy", "capex", "cashflow", "results")
"""Sheets of the live calculation that are named by their key."""


def named_in_code() -> set[str]:
    """Every key that code names: whole, by a heading or column, or as a member of a closed list."""
    whole = {key for call in calls("text") for node in call.args[1:2] for key in literals_of(node)}
    headings = {literal(node) for name in ("head", "table") for call in calls(name) for node in call.args[1:]}
    page = {f"page.{name}" for name in headings if name}
    listed = {f"component.{stream.component}" for stream in STREAMS.values()}
    listed |= {f"{table}.{name}" for table in ("match", "match_word") for name in get_args(Match)}
    listed |= {f"input.confidence_{word}" for word in get_args(Confidence)}
    listed |= {f"evidence.{name}" for name in get_args(EvidenceKind)}
    listed |= {f"check.{name}" for name in get_args(Kind)}
    listed |= {f"{table}.{key}" for _, key in failures() for table in ("reason", "short")}
    listed |= {f"rule.{rule}" for rule, _ in failures()}
    listed |= {f"unit.{name}" for name in ("row", "day", "kW-month")}
    listed |= {f"page.boundary_{name}" for name in get_args(Boundary)}
    listed |= {f"page.status_{name}" for name in ("optimal", "feasible", "infeasible")}
    listed |= {f"field.{name}" for name in figure_fields()}
    listed |= {f"rule.{rule}" for rule in ("carbon_cap_per_month", "carbon_max", "models_max")}
    return whole | page | listed | plan_keys() | screen_keys() | live_keys() | sheet_keys()


def sheet_keys() -> set[str]:
    """Names and titles of the sheets that a page begins."""
    begun = [
        (literal(call.args[1]), literal(call.args[5]) if len(call.args) > 5 else "paper")
        for call in calls("begin_sheet")
    ]
    return {f"{group}.{key}" for name, group in begun for key in (f"sheet_{name}", f"{name}_title")}


def live_keys() -> set[str]:
    """Keys of the workbook's live sheets: those said by their bare name, and those built from closed lists."""
    said = {
        f"live.{word}"
        for name in ("say", "titled")
        for call in calls(name, method=True)
        for node in call.args[:1]
        if (word := literal(node))
    }
    sheets = {f"live.sheet_{key}" for key in TIMELINES} | {
        f"live.{key}_{each}" for key in TIMELINES for each in ("title", "note")
    }
    built = {f"live.case_{case}" for case in CASES} | {f"live.side_{side}" for side in ("plan", "today")}
    built |= {f"live.sum_{name}" for name in ("kwh", "location", "market", "embodied")}
    built |= {f"live.total_{name}" for name in ("kwh", "market")}
    return said | sheets | built


def figure_fields() -> set[str]:
    """Names under which the sensitivity page speaks of each figure that a scenario can hold."""
    parts, fields = list(Input.__subclasses__()), {"exchange_rate"}
    while parts:
        part = parts.pop()
        parts += part.__subclasses__()
        fields |= {
            field_of(f"part.{name}") for name, field in part.model_fields.items() if holds_figure(field)
        }
    return fields


def holds_figure(field: FieldInfo) -> bool:
    return (
        any(isinstance(extra, Spec) for extra in field.metadata) or _inner_spec(field.annotation) is not None
    )


def plan_keys() -> set[str]:
    """Keys of a plan that code builds from a closed list of the contracts."""
    found = {f"component.{name}" for name in PLAN_COMPONENTS}
    found |= {f"irr.{reason}" for reason in get_args(IrrReason)}
    found |= {f"policy.{name}" for name in get_args(IndicatorName)}
    found |= {f"plan.lever_{name}" for name in ("retries", "model", "both")}
    found |= {f"plan.without_{name}" for name in ("model", "supply")}
    found |= {f"verify.{name}" for name in ("names", *GATES, *SUMS, MIXTURES, DRAWN, *OF_PLAN)}
    found |= {f"plan.status_{name}" for name in ("optimal", "feasible")}
    found |= {f"plan.investment_{name}" for name in ("first", "more", "back", "owed")}
    found |= {f"plan.basis_{name}" for name in ("real", "nominal")}
    found |= {f"plan.amounts_{name}" for name in ("tax_exclusive", "tax_inclusive")}
    found |= {f"plan.depreciation_{name}" for name in ("straight_line", "declining_balance")}
    found |= {f"plan.step_{name}" for name in ("today", "plan", "levers", "alternatives")}
    found |= {f"sensitivity.shape_{name}" for name in ("triangular", "pert", "uniform")}
    found |= {
        f"sensitivity.step_{name}" for name in ("decide", "tornado", "switching", "montecarlo", "frontier")
    }
    steps = ("plan", "plan_kept", "plan_tornado", "plan_switching", "plan_draws")
    found |= {f"sensitivity.step_{name}" for name in steps}
    return found | {key for key in catalogue("en") if key.startswith("plan_rule.")}


def screen_keys() -> set[str]:
    """Keys of the application that code builds from its lists of pages and columns."""
    found = {f"screen.{name}" for name in frame.PAGES}
    found |= {f"screen.profile_{name}" for name in evidence_page.COLUMNS}
    found |= {f"screen.reference_{name}" for name in evidence_page.REFERENCE_COLUMNS}
    found |= {f"screen.take_{what}_{kind}" for what in ("report", "month") for kind in FORMATS}
    return found | {f"screen.boundary_{name}" for name in get_args(Boundary)} | picture_keys()


def picture_keys() -> set[str]:
    """Keys of figures, tiles and their tables that code builds from closed lists."""
    found = {f"screen.tile_{name}{end}" for name in tiles.NAMES for end in ("", "_help")}
    found |= {f"screen.risk_{name}{end}" for name in risk_page.TILES for end in ("", "_help")}
    found |= {f"screen.option_{name}" for name in options_page.COLUMNS}
    found |= {f"screen.filter_{name}" for name in ("model", "supply")}
    found |= {f"screen.state_{name}" for name in frontier.SYMBOLS}
    found |= {f"screen.kind_{name}" for name in ("own", "rent", "api")}
    found |= {f"screen.word_{name}" for name in glossary.WORDS}
    found |= {f"screen.ask_{name}" for name in first_answer.ASKED}
    found |= {f"screen.today_{name}" for name in first_answer.NO_SERVICE}
    found |= {f"screen.quality_{name}" for name in first_answer.THIRDS}
    return found | {f"screen.side_{name}" for name in ("plan", "today")}


def literals_of(node: ast.expr) -> set[str]:
    """The keys in the place of a key: a literal, or the two arms of a condition."""
    arms = (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)
    return {key for arm in arms if (key := literal(arm)) is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_read_one_by_one_are_those_of_the_whole_file(language):
    whole = tomllib.loads(Path(texts.__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))
    assert {table: table_of(language, table) for table in whole} == whole
    assert len(catalogue(language)) == sum(map(len, whole.values()))


def test_both_languages_hold_the_same_keys():
    assert catalogue("en").keys() == catalogue("ja").keys()


def test_both_languages_fill_the_same_gaps():
    english, japanese = catalogue("en"), catalogue("ja")
    assert [key for key in english if gaps(english[key]) != gaps(japanese[key])] == []


def test_every_japanese_sentence_with_words_is_japanese():
    words = {
        key
        for key, sentence in catalogue("ja").items()
        if re.search("[A-Za-z]{2}", re.sub(r"{[^}]*}", "", sentence)) and not JAPANESE.search(sentence)
    }
    assert words == ALIKE_IN_BOTH


def test_every_english_sentence_is_english():
    assert [key for key, sentence in catalogue("en").items() if JAPANESE.search(sentence)] == []


def test_all_that_the_demonstration_says_of_its_figures_is_told_in_japanese():
    said = {figure.source for _, figure, _ in figures(demonstration())}
    said |= {rate.source for rate in demonstration().exchange_rates.values()}
    said |= {figure.replace_with for _, figure, _ in figures(demonstration()) if figure.replace_with}
    said |= {rate.replace_with for rate in demonstration().exchange_rates.values() if rate.replace_with}
    assert [words for words in said if not JAPANESE.search(bundled("ja", words))] == []
    assert [words for words in said if bundled("en", words) != words] == []


def test_how_figures_on_each_ruler_were_made_is_told_in_japanese():
    assert [each.id for each in known_references() if not JAPANESE.search(bundled("ja", each.protocol))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_units_are_read_back_as_they_are_shown(language):
    rows = (row for row in scenario_rows(demonstration(), language) if isinstance(row, InputRow))
    units = {row.unit for row in rows if row.unit is not None}
    assert [unit for unit in units if unit_of_words(unit_words(unit, language), language) != unit] == []
    assert unit_words("(JPY/image)", "ja") == "(円/枚)"


def test_every_key_that_code_names_has_a_sentence():
    assert named_in_code() - catalogue("en").keys() == set()


def test_every_sentence_is_named_somewhere():
    words = {
        node.value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    rest = catalogue("en").keys() - named_in_code() - words
    assert {key for key in rest if key.partition(".")[2] not in words} == set()


def test_every_call_fills_every_gap_of_its_sentence():
    empty = []
    for call in calls("text"):
        given = {keyword.arg for keyword in call.keywords}
        if None in given:
            continue
        for key in literals_of(call.args[1]):
            empty += [f"{key}: {gap}" for gap in gaps(catalogue("en")[key]) - given]
    assert empty == []


@pytest.mark.parametrize("bar", [20.0, 1.0])
def test_the_japanese_page_is_japanese_from_title_to_proof(bar):
    asked = with_changes(demonstration(), {"workloads[0].quality.fid_max": bar})
    decision = decide(asked, library_profiles())
    page = decision_text(decision, "ja")
    for key in ("page.left_out", "page.left_out_reason"):
        assert text("ja", key) in page
        assert text("en", key) not in page.splitlines()
    english = decision_text(decision, "en")
    assert JAPANESE.search(page)
    assert not JAPANESE.search(english)
    assert "No answer" not in page


def test_a_language_without_texts_is_refused_with_those_there_are():
    assert [language_of(code) for code in ("en", "ja")] == list(LANGUAGES)
    with pytest.raises(RoiError, match="use one of en, ja"):
        language_of("de")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("over 1 year(s)", "over 1 year"),
        ("over 5 year(s), up to 1 attempt(s)", "over 5 years, up to 1 attempt"),
        ("0.1 year(s) and 1,001 image(s)", "0.1 years and 1,001 images"),
        ("supplies (s)", "supplies (s)"),
    ],
)
def test_what_is_counted_stands_in_number(words, said):
    assert counted(words) == said
