"""The file `operations.db`: rows are added, never changed or removed.

SQLite in write-ahead mode, so that whoever reads never stops whoever writes. What is said again with other
values is a further version of its row, and the view `latest_...` shows the last of each; triggers refuse
everything else. Adding the same rows twice changes nothing.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, TracebackType
from typing import Any, Self, TypeVar, get_args

from bench.errors import LedgerError
from bench.operations import sums
from bench.operations.rows import ROWS, Row, utc_of_unix
from bench.wording import Worded

SCHEMA_VERSION = 2
APPLICATION_ID = 0x524F4931
"""`ROI1`: what the file says it is, at a place that SQLite keeps for that."""
WAIT_S = 10.0
"""How long another writer is waited for [s]."""

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Added:
    """What became of rows that were to be added."""

    new: int = 0
    revised: int = 0
    """Further versions of rows that were there."""
    unchanged: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(self.new + other.new, self.revised + other.revised, self.unchanged + other.unchanged)


class Ledger:
    """An open ledger.

    Raises
    ------
    LedgerError
        When the file is none of ours, of another version, or cannot be opened; with `create=False` also when there
        is none.
    """

    def __init__(self, path: Path, *, create: bool = False, wait_s: float = WAIT_S) -> None:
        self.path = path
        if not create and not path.is_file():
            words = "{path}: no such ledger; `python -m roi operate init POLICY` makes one"
            raise LedgerError(Worded("no_ledger", words, path=path))
        with _told(path):
            self._base = sqlite3.connect(path, timeout=wait_s, isolation_level=None)
            self._base.row_factory = sqlite3.Row
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = NORMAL")
            self._prepare()

    def _prepare(self) -> None:
        (made_by,) = self._base.execute("PRAGMA application_id").fetchone()
        (version,) = self._base.execute("PRAGMA user_version").fetchone()
        if (made_by, version) == (APPLICATION_ID, SCHEMA_VERSION):
            return
        (tables,) = self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if made_by not in (0, APPLICATION_ID) or (made_by == 0 and tables):
            words = "{path}: is another program's data base; name a new file"
            raise LedgerError(Worded("other_ledger", words, path=self.path))
        if version > SCHEMA_VERSION:
            words = "{path}: is of version {version}, this program reads {ours}; update the program"
            told = Worded("newer_ledger", words, path=self.path, version=version, ours=SCHEMA_VERSION)
            raise LedgerError(told)
        made = () if version else (each for kind in ROWS for each in _statements(kind))
        with self._written():
            for statement in (*made, *sums.statements()):  # version 1 had no sums
                self._base.execute(statement)
            sums.add_up(self._base)
            self._base.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._base.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def add(self, rows: Iterable[Row], *, revise: bool = True) -> Added:
        """Add rows in one transaction: all of them or none.

        Parameters
        ----------
        revise
            Whether a row that is there with other values gets a further version. Without it the first word stays,
            as for what a program saw itself and hands over again after it was interrupted.
        """
        counts = {"new": 0, "revised": 0, "unchanged": 0}
        recorded_at = utc_of_unix(time.time())
        with _told(self.path), self._written():
            for row in rows:
                counts[self._add(row, recorded_at, revise=revise)] += 1
            sums.add_up(self._base)
        return Added(**counts)

    def _add(self, row: Row, recorded_at: str, *, revise: bool) -> str:
        kind, columns = type(row), columns_of(type(row))
        found = self._base.execute(
            f"SELECT version, {', '.join(columns)} FROM {kind.table} WHERE source = ? AND source_id = ? "
            "ORDER BY version DESC LIMIT 1",
            (row.source, row.source_id),
        ).fetchone()
        version = 1
        if found is not None:
            older = {name: found[name] for name in columns}
            row = row.over(older) if revise else row
            if not revise or all(getattr(row, name) == older[name] for name in columns):
                return "unchanged"
            version = found["version"] + 1
        marks = ", ".join("?" * (len(columns) + 2))
        self._base.execute(
            f"INSERT INTO {kind.table} ({', '.join(columns)}, version, recorded_at) VALUES ({marks})",
            (*(getattr(row, name) for name in columns), version, recorded_at),
        )
        return "new" if version == 1 else "revised"

    def read(self, kind: type[R], where: str = "1", values: Sequence[object] = ()) -> Iterator[R]:
        """The latest version of every row that fits an SQL condition, in the order of time."""
        columns = columns_of(kind)
        for found in self.query(
            f"SELECT {', '.join(columns)} FROM latest_{kind.table} WHERE {where} ORDER BY {kind.time_column}",
            values,
        ):
            yield kind(**dict(zip(columns, found, strict=True)))

    def query(
        self, statement: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> Iterator[sqlite3.Row]:
        """What an SQL statement that only reads gives; its values in order, or by name."""
        with _told(self.path):
            yield from self._base.execute(statement, values)

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _written(self) -> "_Transaction":
        return _Transaction(self._base)


@dataclass
class _Transaction:
    base: sqlite3.Connection

    def __enter__(self) -> None:
        self.base.execute("BEGIN IMMEDIATE")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.base.in_transaction:  # a full disk ends it by itself
            self.base.execute("COMMIT" if kind is None else "ROLLBACK")


@dataclass
class _told:  # noqa: N801  it reads as a word of the statement
    """Faults of the file as a sentence."""

    path: Path

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.Error):
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
                words = "{path}: is no ledger of operation; name one that `operate init` made"
                raise LedgerError(Worded("not_a_ledger", words, path=self.path)) from None
            words = "{path}: {error}; nothing of this was written: free the file or the disk and repeat"
            raise LedgerError(Worded("ledger_fault", words, path=self.path, error=str(error))) from None


def columns_of(kind: type[Row]) -> tuple[str, ...]:
    """Columns of a table, in order, without version and moment of recording."""
    return tuple(kind.model_fields)


def _statements(kind: type[Row]) -> Iterator[str]:
    name, time_column = kind.table, kind.time_column
    columns = ", ".join(_column(kind, column) for column in columns_of(kind))
    yield f"CREATE TABLE {name} ({columns}, version INTEGER NOT NULL, recorded_at TEXT NOT NULL) STRICT"
    yield f"CREATE UNIQUE INDEX {name}_said ON {name} (source, source_id, version)"
    yield f"CREATE INDEX {name}_time ON {name} ({time_column})"
    # Small, since most rows are said once: whether a row was revised is then asked at next to no cost.
    yield f"CREATE INDEX {name}_revised ON {name} (source, source_id, version) WHERE version > 1"
    yield (
        f"CREATE VIEW latest_{name} AS SELECT * FROM {name} AS one WHERE NOT EXISTS (SELECT 1 FROM {name} AS other "
        f"INDEXED BY {name}_revised WHERE other.version > 1 AND other.source = one.source "
        "AND other.source_id = one.source_id AND other.version > one.version)"
    )
    for change in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER {name}_no_{change.lower()} BEFORE {change} ON {name} BEGIN "
            "SELECT RAISE(ABORT, 'the ledger only grows: add a further version'); END"
        )


def sql_type(kind: type[Row], column: str) -> str:
    """SQLite's type of a column: INTEGER, REAL or TEXT."""
    plain: Any = kind.model_fields[column].annotation
    while get_args(plain):
        plain = next(each for each in get_args(plain) if each is not NoneType)
    return {bool: "INTEGER", int: "INTEGER", float: "REAL"}.get(plain, "TEXT")


def _column(kind: type[Row], column: str) -> str:
    needed = "" if NoneType in get_args(kind.model_fields[column].annotation) else " NOT NULL"
    return f"{column} {sql_type(kind, column)}{needed}"
