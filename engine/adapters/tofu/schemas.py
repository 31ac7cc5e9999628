"""Provider schemas from `tofu providers schema -json`: asked for once, then read type by type.

The cache is keyed by address, version, platform and the executable's SHA-256, so that another binary never
answers with an old schema. Describing one type reads the index and that type, and starts nothing. A file that
is gone or damaged is asked for anew, once.
"""

from pathlib import Path
from typing import Final

from engine.adapters.tofu.schema_asking import ask
from engine.adapters.tofu.schema_file import Damaged
from engine.adapters.tofu.schema_reading import Found, SchemaReader
from engine.adapters.tofu.schema_shelf import SchemaShelf, subject
from engine.adapters.tofu.schema_text import Kind
from engine.adapters.tofu.toolchain import Toolchain
from engine.core.addrs import ProviderPin
from engine.core.errors import NotFound, RunnerFailed
from engine.core.providers.names import suggestion
from engine.core.providers.schema import TypeSchema
from engine.ports.mirror import ProviderMirror
from engine.ports.schemas import ProviderIndex

_ASKED_AS: Final = {
    Kind.RESOURCE: ("resource type", "resource_type"),
    Kind.DATA_SOURCE: ("data source type", "data_source_type"),
}


class TofuSchemas:
    """The schema catalogue of the providers in a mirror, cached below `cache`."""

    def __init__(self, toolchain: Toolchain, mirror: ProviderMirror, cache: Path) -> None:
        self._toolchain = toolchain
        self._mirror = mirror
        self._shelf = SchemaShelf(cache)
        self._reader = SchemaReader()

    async def index(self, pin: ProviderPin) -> ProviderIndex:
        """Return what the provider offers; see the port."""
        names, settings = await self._part(pin, Kind.SETTINGS, "")
        return ProviderIndex(
            configuration=settings or TypeSchema(),
            resources=names.names(Kind.RESOURCE),
            data_sources=names.names(Kind.DATA_SOURCE),
        )

    async def resource(self, pin: ProviderPin, resource_type: str) -> TypeSchema:
        """Return the schema of a resource type; see the port."""
        return await self._type(pin, Kind.RESOURCE, resource_type)

    async def data_source(self, pin: ProviderPin, data_source_type: str) -> TypeSchema:
        """Return the schema of a data source; see the port."""
        return await self._type(pin, Kind.DATA_SOURCE, data_source_type)

    async def _type(self, pin: ProviderPin, kind: Kind, name: str) -> TypeSchema:
        names, schema = await self._part(pin, kind, name)
        if schema is None:
            words, field = _ASKED_AS[kind]
            raise NotFound(
                f"{pin} has no {words} {name}",
                field=field,
                hint=suggestion(name, names.names(kind))
                or f"`intent provider describe {pin.address}` lists them",
            )
        return schema

    async def _part(self, pin: ProviderPin, kind: Kind, name: str) -> Found:
        package = self._mirror.resolve(pin.address, pin.version)
        path, of = self._shelf.path(package), subject(package)
        try:
            return await self._reader.part(path, of, kind, name)
        except (OSError, Damaged):
            pass  # it is not there, or not any more: below it is asked for
        async with self._shelf.turn(package) as scratch:
            try:
                # Somebody else may have had it written in the meantime.
                return await self._reader.part(path, of, kind, name)
            except (OSError, Damaged):
                await self._shelf.keep(package, await ask(self._toolchain, package, scratch))
        try:
            return await self._reader.part(path, of, kind, name)
        except (OSError, Damaged) as error:
            raise RunnerFailed(
                f"the cached schema {path.name} cannot be read, although it was written just now",
                hint="check the disk under the folder `schemas` in INTENT_HOME",
            ) from error
