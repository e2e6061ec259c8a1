"""Every input has a meaning and a short name in both languages, and nothing is left over in the tables."""

import re
import tomllib
from inspect import get_annotations
from pathlib import Path

import pytest

import roi.scenario.document  # noqa: F401 (declares every part of a scenario)
from roi import texts
from roi.figure import Figure, Input, Spec, _inner_spec
from roi.scenario.meaning import label, meaning
from roi.scenario.supply import Own, Rent
from roi.scenario.workload import Workload
from roi.texts import LANGUAGES

FOLDER = Path(texts.__file__).parent
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def parts(base: type[Input] = Input) -> list[type[Input]]:
    """Every part that a scenario can be made of, abstract ones too."""
    found = [
        each for each in base.__subclasses__() if each.__module__.startswith(("roi.figure", "roi.scenario"))
    ]
    return found + [deeper for each in found for deeper in parts(each)]


FIELDS = [(part, name) for part in parts() for name in get_annotations(part)]
IDS = [f"{part.__name__}.{name}" for part, name in FIELDS]


def table(name: str) -> set[tuple[str, str]]:
    document = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    return {(part, field) for part, fields in document.items() for field in fields}


@pytest.mark.parametrize("name", ["meanings_ja.toml", "labels.toml"])
def test_a_table_has_every_field_and_no_other(name):
    assert table(name) == {(part.__name__.strip("_"), field) for part, field in FIELDS}


@pytest.mark.parametrize(("part", "name"), FIELDS, ids=IDS)
def test_a_meaning_is_a_sentence_in_its_language(part, name):
    english, japanese = meaning(part, name), meaning(part, name, "ja")
    assert english.endswith(".")
    assert not JAPANESE.search(english)
    assert japanese.endswith("。")
    assert JAPANESE.search(japanese)


@pytest.mark.parametrize(("part", "name"), FIELDS, ids=IDS)
def test_a_label_fits_beside_a_field(part, name):
    assert 2 <= len(label(part, name)) <= 38
    assert 1 <= len(label(part, name, "ja")) <= 24
    assert not JAPANESE.search(label(part, name))


@pytest.mark.parametrize(("part", "name"), FIELDS, ids=IDS)
def test_words_to_choose_from_are_named_alike_in_both_meanings(part, name):
    words = [set(re.findall(r"`([^`]+)`", meaning(part, name, language))) for language in LANGUAGES]
    assert words[0] <= words[1] | {"declining_balance", "own"}


def test_no_two_figures_of_a_part_have_the_same_label():
    for part in parts():
        names = [
            name
            for name, field in part.model_fields.items()
            if any(isinstance(extra, Spec) for extra in field.metadata) or _inner_spec(field.annotation)
        ]
        for language in LANGUAGES:
            labels = [label(part, name, language) for name in names]
            assert len(set(labels)) == len(labels), part


def test_a_part_shares_the_words_of_what_it_is_made_of():
    assert meaning(Rent, "gpu_count") == meaning(Own, "gpu_count") == "Boards in one instance or server."
    assert label(Rent, "gpu_count", "ja") == "1台のボード数"
    assert meaning(Workload, "images_per_month", "ja") == "毎月必要な合格画像の枚数。"
    assert label(Figure, "as_of") == "As of"
