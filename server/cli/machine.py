"""`intent setup` and `intent doctor` as wired: where they work, and the check of the database."""

from collections.abc import Sequence

import typer

from engine.core.errors import StoreFailed
from engine.service.doctor import Check
from server.bootstrap import places_of
from server.bootstrap.database import describe_database
from server.bootstrap.places import Places
from server.cli.session import load_settings
from server.cli.setup import register

app = typer.Typer()


def _places() -> Places:
    return places_of(load_settings())


async def database_checks() -> Sequence[Check]:
    """Return the check of the database, which is looked at and not made."""
    try:
        found = await describe_database(load_settings())
    except StoreFailed as failure:
        mend = failure.hint or "restore it from a backup"
        return (Check(name="database", ok=False, found="", missing=failure.message, mend=mend),)
    return (Check(name="database", ok=True, found=found),)


register(app, _places, database_checks)
