"""The version of the database's schema: reading it, raising it. The steps are in `migrations`."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from engine.core.errors import StoreFailed

_MIGRATIONS: Final = Path(__file__).parent / "migrations"


def newest_revision() -> str:
    """Return the revision that this version of the engine works with."""
    return str(_scripts().get_current_head())


def upgrade(connection: Connection, path: Path) -> None:
    """Bring the database at `path` to the newest revision, within the connection's transaction.

    Raises:
        StoreFailed: the database is of a newer engine, or of another program.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    if found == newest_revision():
        return
    check_known(found, path, empty=not inspect(connection).get_table_names())
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def check_known(revision: str | None, path: Path, *, empty: bool) -> None:
    """Do nothing where this engine has the migrations up to `revision`, or the database has no table.

    Raises:
        StoreFailed: the database is of a newer engine, or of another program.
    """
    if revision is None and not empty:
        raise StoreFailed(
            f"the database {path} belongs to another program", hint="name another file in INTENT_DATABASE_URL"
        )
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreFailed(
            f"the database {path} was written by a newer version of the engine",
            hint="upgrade intent-engine, or name another file in INTENT_DATABASE_URL",
            facts={"revision": revision, "newest": newest_revision()},
        )


def _config() -> Config:
    config = Config()
    # The option is read with interpolation.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
