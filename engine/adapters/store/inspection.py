"""Looking at a database without changing it, for `intent doctor`."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

import anyio
from pydantic import BaseModel, ConfigDict

from engine.adapters.store.database import database_path
from engine.adapters.store.failures import store_errors
from engine.adapters.store.schema import check_known, newest_revision
from engine.core.errors import StoreFailed
from engine.core.limits import DATABASE_INSPECTION_BUSY_SECONDS


class DatabaseReport(BaseModel):
    """A database that can be used.

    Attributes:
        revision: of its schema, None where it has no tables yet.
        newest: the revision that this engine migrates it to when it opens it.
        file_mode: permission bits of the file, 0 where there is no file; made with 0o600.
    """

    model_config = ConfigDict(frozen=True)

    path: Path
    exists: bool
    revision: str | None
    newest: str
    file_mode: int


async def inspect_database(url: str) -> DatabaseReport:
    """Check that the database of a URL is whole, writable and not too new, or missing still.

    Raises:
        StoreFailed: it cannot be used; says why, with the way out.
    """
    return await anyio.to_thread.run_sync(_inspect, database_path(url))


def _inspect(path: Path) -> DatabaseReport:
    if not path.exists():
        return DatabaseReport(path=path, exists=False, revision=None, newest=newest_revision(), file_mode=0)
    with store_errors(path):
        # `rw`: the file is never created. Autocommit: the only transaction is the one below.
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw",
            uri=True,
            timeout=DATABASE_INSPECTION_BUSY_SECONDS,
            isolation_level=None,
        )
        try:
            revision = _examine(connection, path)
        finally:
            connection.close()
    mode = path.stat().st_mode & 0o777
    return DatabaseReport(path=path, exists=True, revision=revision, newest=newest_revision(), file_mode=mode)


def _examine(connection: sqlite3.Connection, path: Path) -> str | None:
    """Return the revision of a whole and writable database, None where it is empty."""
    problems = [text for (text,) in connection.execute("PRAGMA integrity_check(5)") if text != "ok"]
    if problems:
        raise StoreFailed(
            f"the database {path} is damaged",
            hint="restore it from a backup",
            facts={"problems": problems},
        )
    # The lock alone proves nothing: SQLite gives it on a read-only file in WAL mode too.
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("PRAGMA user_version = 0")
    connection.execute("ROLLBACK")
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    ours = "alembic_version" in tables
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone() if ours else None
    revision = str(found[0]) if found else None
    check_known(revision, path, empty=not tables)
    return revision
