"""Where the SQLite file is, how it is made private, and how each connection is set up. Knows no table."""

import os
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from engine.core.errors import StoreFailed
from engine.core.limits import DATABASE_BUSY_SECONDS

_DRIVERS: Final = frozenset({"sqlite", "sqlite+aiosqlite"})
_SUPPORTED: Final = "INTENT_DATABASE_URL takes sqlite:///FILE (four slashes for an absolute path)"
# WAL lets readers outside go on while we write; FULL makes a commit survive a power cut; what is replaced is
# overwritten, so that a secret that is no longer kept is not left in a corner of the file.
_PRAGMAS: Final = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")


def database_path(url: str) -> Path:
    """Return the file that a database URL names.

    Raises:
        StoreFailed: the URL is none, names another database than SQLite, no file, or options.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # Without the cause: a malformed URL may hold a password.
        raise StoreFailed("the database URL cannot be read", hint=_SUPPORTED) from None
    if parsed.drivername not in _DRIVERS:
        raise StoreFailed(f"databases of the kind {parsed.drivername} are not supported", hint=_SUPPORTED)
    if parsed.host or parsed.query or parsed.database in (None, "", ":memory:"):
        raise StoreFailed("the database URL must name a file and nothing else", hint=_SUPPORTED)
    return Path(str(parsed.database)).absolute()


def create_file(path: Path) -> None:
    """Make the database's folder (0700) and its empty file (0600) where they are missing.

    Raises:
        StoreFailed: the folder or the file cannot be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives its two companion files the mode of this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreFailed(
            f"the database {path} cannot be opened: {error.strerror}",
            hint="make the file and its folder writable, or set INTENT_HOME to a folder that is",
        ) from error


def connect(path: Path, busy_seconds: float = DATABASE_BUSY_SECONDS) -> AsyncEngine:
    """Return an engine on a SQLite file; every transaction takes the write lock when it begins.

    INVARIANT: transactions on one file are serial, over all processes. What one has read is true until it
    commits, so that "look, then write" needs no second thought anywhere in the store.
    """
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": busy_seconds},
    )
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a DBAPI connection has no type
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
