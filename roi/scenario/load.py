"""Scenario files: read, written anew, and the demonstration that stands in where there is none."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from roi.new_file import LEFT_AS_IT_IS, put_new_file
from roi.notes import encoding_notes
from roi.resources import template_path
from roi.scenario.change import with_changes, with_country
from roi.scenario.document import Scenario
from roi.scenario.faults import Accepted, accepted, validated
from roi.scenario.yaml_text import read_text, read_yaml
from roi.texts import Language

__all__ = [
    "demonstration",
    "load_scenario",
    "read_scenario",
    "scenario_from_text",
    "with_changes",
    "with_country",
    "write_new",
]

TEMPLATES: Mapping[Language, str] = {"en": "demonstration.yaml", "ja": "demonstration.ja.yaml"}
"""The commented demonstration by the language of its comments and free texts; all else is the same."""


def load_scenario(path: Path) -> Scenario:
    """The scenario of a YAML file.

    Raises
    ------
    ScenarioError
        With every fault of the file at once, `file:line: field: what; what to do`.
    """
    return read_scenario(path).scenario


def read_scenario(path: Path) -> Accepted:
    """The scenario of a YAML file with notes of what was read another way than it stands; raises as above."""
    found = read_text(path)
    written = read_yaml(found.text, str(path))
    return accepted(replace(written, notes=encoding_notes(path, found.encoding)))


def scenario_from_text(text: str, place: str) -> Scenario:
    """The scenario of a YAML text; `place` stands for the file's name in messages.

    Raises
    ------
    ScenarioError
        With every fault of the text at once.
    """
    return validated(read_yaml(text, place))


@lru_cache
def demonstration(language: Language = "en") -> Scenario:
    """The bundled scenario: a company in Tokyo, product pictures, JPY; its weak figures are placeholders."""
    return load_scenario(template_path(TEMPLATES[language]))


def write_new(path: Path, language: Language) -> None:
    """Write that language's commented demonstration to begin from; an existing file is never touched.

    Raises
    ------
    ScenarioError
        When something already stands there, or the folder cannot be written to.
    """
    text = template_path(TEMPLATES[language]).read_text(encoding="utf-8")
    put_new_file(path, text.encode(), LEFT_AS_IT_IS)
