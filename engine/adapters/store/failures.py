"""What SQLite says, as the one error that the port names. Nothing here decides what to do about it."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sqlalchemy.exc import DBAPIError

from engine.core.errors import StoreFailed

# The low byte of SQLite's result code is the cause (sqlite.org/rescode.html): what happened, and the way out.
_CAUSES: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        sqlite3.SQLITE_NOTADB: (
            "is not a SQLite database",
            "name another file in INTENT_DATABASE_URL, or restore this one from a backup",
        ),
        sqlite3.SQLITE_CORRUPT: (
            "is damaged",
            "restore it from a backup; the command `sqlite3 FILE .recover` saves what can still be read",
        ),
        sqlite3.SQLITE_READONLY: (
            "cannot be written",
            "make the file and its folder writable for this user",
        ),
        sqlite3.SQLITE_CANTOPEN: (
            "cannot be opened",
            "make its folder writable for this user: SQLite keeps two more files beside the database",
        ),
        sqlite3.SQLITE_FULL: (
            "cannot grow: the disk is full",
            "make room on the disk and try again; nothing of this step was stored",
        ),
        sqlite3.SQLITE_BUSY: (
            "is locked by another process",
            "try again, or end the process that holds it; nothing of this step was stored",
        ),
        sqlite3.SQLITE_IOERR: (
            "cannot be read or written: the disk reports an error",
            "check the disk and the room on it; nothing of this step was stored",
        ),
    }
)


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn every error of the database at `path` into StoreFailed."""
    try:
        yield
    except DBAPIError as error:
        # Without the cause: it carries the statement's parameters, and those may be secrets.
        raise _failure(path, error.orig) from None
    except sqlite3.Error as error:
        raise _failure(path, error) from None


def _failure(path: Path, error: BaseException | None) -> StoreFailed:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Errors without a code are Python's own; their text may quote a stored value.
        return StoreFailed(
            f"the database {path} holds what cannot be read", hint="compare it with a backup of the database"
        )
    what, way_out = _CAUSES.get(
        code & 0xFF, (f"refused a step: {error}", "`intent doctor` checks the database")
    )
    name = getattr(error, "sqlite_errorname", "")
    return StoreFailed(f"the database {path} {what}", hint=way_out, facts={"sqlite": name})
