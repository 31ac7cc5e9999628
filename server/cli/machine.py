"""`intent setup` and `intent doctor` as wired: where they work, and the checks of database and cache."""

from collections.abc import Sequence

import typer

from engine.core.errors import StoreFailed
from engine.service.doctor import Check
from engine.service.providers.examine import examine_cache
from server.bootstrap import places_of
from server.bootstrap.database import describe_database
from server.bootstrap.places import Places
from server.bootstrap.supplying import open_inventory, set_up_pins
from server.cli.session import load_settings
from server.cli.setup import register

app = typer.Typer()


def _places() -> Places:
    return places_of(load_settings())


async def further_checks() -> Sequence[Check]:
    """Return the checks of the provider cache, and of the database, which is looked at and not made."""
    places = _places()
    cache = await examine_cache(open_inventory(places), places.allow, places.platform, set_up_pins(places))
    return (cache, await _database())


async def _database() -> Check:
    try:
        found = await describe_database(load_settings())
    except StoreFailed as failure:
        mend = failure.hint or "restore it from a backup"
        return Check(name="database", ok=False, found="", missing=failure.message, mend=mend)
    return Check(name="database", ok=True, found=found)


register(app, _places, further_checks)
