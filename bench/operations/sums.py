"""Attempts added up by quarter of an hour as they come in: what months are read from, however long the ledger.

A quarter of an hour of UTC lies on one day and in one month in every time zone of today, whose offsets are
multiples of 15 minutes. `attempt_sums` holds the latest version of every attempt in its quarter; `request_sums`
every request of a workload, model and supply once, in the quarter in which its first attempt began. A key that is
not known is an empty text. All of it can be made anew from the attempts.
"""

import sqlite3
from collections.abc import Iterator

USE = ("workload", "model", "supply")
ATTEMPT_KEYS = (*USE, "setting_hash", "currency")
ATTEMPT_SUMS = {
    "attempts": "1",
    "attempts_judged": "accepted IS NOT NULL",
    "first_judged": "accepted IS NOT NULL AND coalesce(attempt, 1) = 1",
    "first_accepted": "coalesce(accepted, 0) AND coalesce(attempt, 1) = 1",
    "energy_j": "coalesce(energy_j, 0.0)",
    "attempts_metered": "energy_j IS NOT NULL",
    "review_seconds": "coalesce(review_seconds, 0.0)",
    "attempts_reviewed": "review_seconds IS NOT NULL",
    "images": "coalesce(images, 0)",
    "attempts_failed": "status <> 'ok'",
    "cost": "coalesce(cost, 0.0)",
}
"""What is added up, as SQL of an attempt."""
REQUEST_SUMS = {
    "requests": "1",
    "requests_judged": "max(accepted IS NOT NULL)",
    "requests_accepted": "max(coalesce(accepted, 0))",
}
"""The same of the attempts of one request."""
REQUEST = "coalesce(request_id, source || ' ' || source_id)"
"""SQL of the request that an attempt belongs to; one that names none is its own."""
_TABLES = {
    "attempt_sums": (("quarter", *ATTEMPT_KEYS), tuple(ATTEMPT_SUMS)),
    "request_sums": (("quarter", *USE), tuple(REQUEST_SUMS)),
}
_QUARTER = "substr(started_at, 1, 14) || printf('%02d', substr(started_at, 15, 2) / 15 * 15)"
_NEW = "SELECT source, source_id FROM attempts WHERE rowid > :summed"
_STOOD = f"""
SELECT * FROM attempts AS one WHERE (source, source_id) IN ({_NEW}) AND version = (
    SELECT max(version) FROM attempts AS other
    WHERE other.source = one.source AND other.source_id = one.source_id AND other.rowid <= :summed)
"""
"""The last versions before these rows, of the attempts that they are about."""
_STANDS = f"SELECT * FROM latest_attempts WHERE (source, source_id) IN ({_NEW})"
_ABOUT = f"SELECT {REQUEST} FROM attempts WHERE (source, source_id) IN ({_NEW})"
_REQUESTS_STOOD = f"""
SELECT * FROM attempts AS one WHERE {REQUEST} IN ({_ABOUT}) AND version = (
    SELECT max(version) FROM attempts AS other
    WHERE other.source = one.source AND other.source_id = one.source_id AND other.rowid <= :summed)
"""
_REQUESTS_STAND = f"SELECT * FROM latest_attempts WHERE {REQUEST} IN ({_ABOUT})"


def quarter_of(moment: str) -> str:
    """The quarter of an hour of a moment of the ledger, such as 2026-12-10T03:15."""
    return f"{moment[:14]}{int(moment[14:16]) // 15 * 15:02d}"


def statements() -> Iterator[str]:
    """SQL of the two tables, of the index that finds a request, and of how far attempts are added up."""
    for table, (keys, sums) in _TABLES.items():
        columns = (*(f"{each} TEXT NOT NULL" for each in keys), *(f"{each} REAL NOT NULL" for each in sums))
        yield (
            f"CREATE TABLE {table} ({', '.join(columns)}, PRIMARY KEY ({', '.join(keys)})) STRICT, WITHOUT ROWID"
        )
    yield f"CREATE INDEX attempts_request ON attempts ({REQUEST})"
    yield "CREATE TABLE summed (last_row INTEGER NOT NULL) STRICT"
    yield "INSERT INTO summed VALUES (0)"


def add_up(base: sqlite3.Connection) -> None:
    """Take attempts that came since the last time into the sums, inside a transaction of the caller.

    What they change is taken out as it stood before them and put in as it stands.
    """
    (summed,) = base.execute("SELECT last_row FROM summed").fetchone()
    (last,) = base.execute("SELECT coalesce(max(rowid), 0) FROM attempts").fetchone()
    if last == summed:
        return
    stands = (_STANDS, _REQUESTS_STAND) if summed else ("SELECT * FROM latest_attempts",) * 2
    for sign, attempts, requests in ((-1, _STOOD, _REQUESTS_STOOD), (1, *stands)):
        if summed or sign > 0:
            base.execute(_attempts(sign, attempts), {"summed": summed})
            base.execute(_requests(sign, requests), {"summed": summed})
    base.execute("UPDATE summed SET last_row = ?", (last,))


def _attempts(sign: int, rows: str) -> str:
    sums = (f"{sign} * sum({each})" for each in ATTEMPT_SUMS.values())
    columns = ", ".join((_QUARTER, *_known(ATTEMPT_KEYS), *sums))
    return _into("attempt_sums", f"SELECT {columns} FROM ({rows}) WHERE TRUE GROUP BY 1, 2, 3, 4, 5, 6")


def _requests(sign: int, rows: str) -> str:
    each = ", ".join(
        (f"min({_QUARTER}) AS quarter", *USE, *(f"{how} AS {name}" for name, how in REQUEST_SUMS.items()))
    )
    found = f"SELECT {each} FROM ({rows}) GROUP BY workload, model, supply, {REQUEST}"
    sums = (f"{sign} * sum({each})" for each in REQUEST_SUMS)
    columns = ", ".join(("quarter", *_known(USE), *sums))
    return _into("request_sums", f"SELECT {columns} FROM ({found}) WHERE TRUE GROUP BY 1, 2, 3, 4")


def _known(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"coalesce({key}, '')" for key in keys)


def _into(table: str, query: str) -> str:
    keys, sums = _TABLES[table]
    more = ", ".join(f"{each} = {each} + excluded.{each}" for each in sums)
    return (
        f"INSERT INTO {table} ({', '.join((*keys, *sums))}) {query} "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {more}"
    )
