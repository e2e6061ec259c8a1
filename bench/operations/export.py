"""The ledger for other programs: the latest version of every row of a table, as CSV or Parquet."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bench.errors import LedgerError
from bench.operations.ledger import Ledger, columns_of, sql_type
from bench.operations.rows import ROWS, Row
from bench.writing import write_new_file

ENDINGS = (".csv", ".parquet")
ROWS_AT_ONCE = 50_000


def export(ledger: Ledger, table: str, path: Path) -> int:
    """Write a table to a file that must not exist yet; the number of its rows.

    Raises
    ------
    LedgerError
        For an unknown table or ending, for Parquet without pyarrow, and where nothing can be written.
    """
    kind = next((each for each in ROWS if each.table == table), None)
    if kind is None:
        raise LedgerError(f"no table is called {table!r}; there are {', '.join(each.table for each in ROWS)}")
    if path.suffix not in ENDINGS:
        raise LedgerError(f"{path}: end the name in one of {', '.join(ENDINGS)}")
    names = (*columns_of(kind), "version", "recorded_at")
    found = ledger.query(
        f"SELECT {', '.join(names)} FROM latest_{table} ORDER BY {kind.time_column}, source, source_id"
    )
    counted = _Counted(tuple(row) for row in found)
    content = (_csv if path.suffix == ".csv" else _parquet)(kind, names, counted)
    try:
        write_new_file(path, content)
    except OSError as fault:
        raise LedgerError(f"{path}: cannot be written: {fault.strerror}; name another file") from None
    return counted.count


class _Counted:
    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self.count = 0
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for row in self._rows:
            self.count += 1
            yield row


def _csv(_kind: type[Row], names: tuple[str, ...], rows: _Counted) -> bytes:
    """An empty cell is not known; the byte order mark makes Excel read UTF-8."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(names)
    writer.writerows(rows)
    return target.getvalue().encode("utf-8-sig")


def _parquet(kind: type[Row], names: tuple[str, ...], rows: _Counted) -> bytes:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise LedgerError("Parquet needs pyarrow: pip install 'image-roi[operate]', or export .csv") from None
    types = {"INTEGER": pyarrow.int64(), "REAL": pyarrow.float64(), "TEXT": pyarrow.string()}
    own = {name: types[sql_type(kind, name)] for name in columns_of(kind)}
    schema = pyarrow.schema(own | {"version": pyarrow.int64(), "recorded_at": pyarrow.string()})
    target, left = io.BytesIO(), iter(rows)
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        while part := list(islice(left, ROWS_AT_ONCE)):
            columns = dict(zip(names, zip(*part, strict=True), strict=True))
            writer.write_table(pyarrow.table(columns, schema=schema))
    return target.getvalue()
