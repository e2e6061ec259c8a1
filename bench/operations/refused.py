"""Calls that are no attempts of the ledger, kept beside it with the reason until somebody puts them right.

OPERATIONS.db.calls/BOARD/HOST-PROCESS-NUMBER.refused      a JSON line each
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

REFUSED = ".refused"


def keep_refused(folder: Path, name: str, calls: Iterable[Mapping[str, object]]) -> None:
    """Write the calls of a spool file that the ledger refuses; OSError where that is not possible."""
    content = "".join(f"{json.dumps(call, ensure_ascii=False, default=str)}\n" for call in calls)
    (folder / f"{name}{REFUSED}").write_text(content, encoding="utf-8")


def refused_calls(ledger: Path) -> tuple[int, list[Path]]:
    """How many calls wait beside a ledger that refused them, and in which files."""
    files = sorted(Path(f"{ledger}.calls").glob(f"*/*{REFUSED}"))
    return sum(file.read_bytes().count(b"\n") for file in files), files
