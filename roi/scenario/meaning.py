"""What a field of the scenario means and how it is called, in both languages.

The English meaning is the text that stands under the field; its Japanese, and the short names of both languages,
stand in tables of `roi.texts` by part and field.
"""

import ast
import inspect
import textwrap
import tomllib
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from roi import texts
from roi.texts import Language


def meaning(part: type[BaseModel], name: str, language: Language = "en") -> str:
    """The meaning of the field `name` of a part of the scenario, a sentence or two.

    Raises
    ------
    KeyError
        When nothing is written under the field, or the table lacks it.
    """
    owner = _owner(part, name)
    if language == "ja":
        return str(_table("meanings_ja.toml")[owner.__name__.strip("_")][name])
    return _docstrings(owner)[name]


def label(part: type[BaseModel], name: str, language: Language = "en") -> str:
    """The short name of the field `name`, as a form or a table shows it.

    Raises
    ------
    KeyError
        When the table lacks it.
    """
    return str(_table("labels.toml")[_owner(part, name).__name__.strip("_")][name][language])


def _owner(part: type[BaseModel], name: str) -> type:
    """The class that declares the field: the part itself or the one it shares the field with."""
    return next(each for each in part.__mro__ if name in inspect.get_annotations(each))


@lru_cache
def _table(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(texts.__file__).with_name(name).read_text(encoding="utf-8"))


@lru_cache
def _docstrings(part: type) -> dict[str, str]:
    """The texts that follow the annotated names in the source of a class."""
    body = ast.parse(textwrap.dedent(inspect.getsource(part))).body[0]
    statements = body.body if isinstance(body, ast.ClassDef) else []
    found = {}
    for field, after in pairwise(statements):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            text = _text_of(after)
            if text:
                found[field.target.id] = " ".join(text.split())
    return found


def _text_of(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return statement.value.value if isinstance(statement.value.value, str) else None
    return None
