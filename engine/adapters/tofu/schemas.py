"""Provider schemas from `tofu providers schema -json`, split by type and kept on disk.

The cache is keyed by address, version and the executable's SHA-256, so that another binary never answers with
an old schema. A type is one small file: describing one never loads the provider's whole schema.
"""

import json
import tempfile
from pathlib import Path
from typing import Any, Final

import anyio
import anyio.to_thread

from engine.adapters.tofu.toolchain import Toolchain
from engine.adapters.tofu.workspace import CONFIG_FILE, Workspace, configuration
from engine.core.addrs import ProviderPin
from engine.core.errors import NotFound, NotSetUp, RunnerFailed
from engine.core.limits import PLAN_TIMEOUT_SECONDS
from engine.core.providers.names import suggestion
from engine.core.providers.schema import TypeSchema
from engine.ports.mirror import ProviderMirror, ProviderPackage
from engine.ports.schemas import ProviderIndex

_INDEX: Final = "index.json"
_KINDS: Final = {"resource": "resource_schemas", "data_source": "data_source_schemas"}


class TofuSchemas:
    """The schema catalogue of the providers in a mirror, cached below `cache`."""

    def __init__(self, toolchain: Toolchain, mirror: ProviderMirror, cache: Path) -> None:
        self._toolchain = toolchain
        self._mirror = mirror
        self._cache = cache
        self._loading = anyio.Lock()

    async def index(self, pin: ProviderPin) -> ProviderIndex:
        """Return what the provider offers; see the port."""
        folder = await self._folder(pin)
        document = await _read(folder / _INDEX)
        return ProviderIndex(
            configuration=TypeSchema.decode(document["provider"]),
            resources=tuple(document["resource"]),
            data_sources=tuple(document["data_source"]),
        )

    async def resource(self, pin: ProviderPin, resource_type: str) -> TypeSchema:
        """Return the schema of a resource type; see the port."""
        return await self._type(pin, "resource", resource_type)

    async def data_source(self, pin: ProviderPin, data_source_type: str) -> TypeSchema:
        """Return the schema of a data source; see the port."""
        return await self._type(pin, "data_source", data_source_type)

    async def _type(self, pin: ProviderPin, kind: str, name: str) -> TypeSchema:
        folder = await self._folder(pin)
        known = (await _read(folder / _INDEX))[kind]
        # INVARIANT: only a name that the index lists becomes part of a path.
        if name not in known:
            words = kind.replace("_", " ")
            raise NotFound(
                f"{pin} has no {words} type {name}",
                field="resource_type" if kind == "resource" else "data_source_type",
                hint=suggestion(name, known) or f"`intent provider describe {pin.address}` lists them",
            )
        return TypeSchema.decode(await _read(folder / kind / f"{name}.json"))

    async def _folder(self, pin: ProviderPin) -> Path:
        package = self._mirror.resolve(pin.address, pin.version)
        name = f"{pin.address.host}-{pin.address.namespace}-{pin.address.name}-{pin.version}-{package.sha256}"
        folder = self._cache / name.replace(":", "_")
        async with self._loading:
            if not (folder / _INDEX).exists():
                document = await self._ask(package)
                await anyio.to_thread.run_sync(_split, document, folder)
        return folder

    async def _ask(self, package: ProviderPackage) -> Any:  # noqa: ANN401 - OpenTofu's document, decoded by type
        address = package.pin.address
        try:
            self._cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = Path(await anyio.to_thread.run_sync(tempfile.mkdtemp, "", "ask-", self._cache))
        except OSError as error:
            raise NotSetUp(
                f"the schema cache {self._cache} cannot be written: {error.strerror}",
                hint="make it writable, or set INTENT_HOME to a folder that is",
            ) from error
        workspace = Workspace(folder)
        try:
            workspace.write_json(CONFIG_FILE, configuration(address, {}))
            session = await self._toolchain.session(folder, [package])
            what = f"asking {package.pin} for its schema"
            document = await session.json(session.commands.schemas(), PLAN_TIMEOUT_SECONDS, what)
        finally:
            with anyio.CancelScope(shield=True):
                await workspace.remove()
        schema = document.get("provider_schemas", {}).get(address.full)
        if schema is None:
            raise RunnerFailed(
                f"OpenTofu knows no schema of {package.pin}", hint="check it with `intent doctor`"
            )
        return schema


async def _read(path: Path) -> Any:  # noqa: ANN401 - decoded by the caller
    try:
        return json.loads(await anyio.Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunnerFailed(
            f"the cached schema {path.name} cannot be read", hint="remove the folder `schemas` in INTENT_HOME"
        ) from error


def _split(schema: Any, folder: Path) -> None:  # noqa: ANN401 - OpenTofu's document
    """Write one file for each type and the index; the folder appears whole or not at all."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="split-") as scratch:
        made = Path(scratch) / "made"
        index: dict[str, Any] = {"provider": schema.get("provider", {})}
        for kind, member in _KINDS.items():
            (made / kind).mkdir(parents=True)
            types = schema.get(member) or {}
            index[kind] = sorted(types)
            for name, document in types.items():
                (made / kind / f"{name}.json").write_text(json.dumps(document), "utf-8")
        (made / _INDEX).write_text(json.dumps(index), "utf-8")
        try:
            made.rename(folder)
        except OSError:
            # Another process was faster; its folder is as good as ours.
            if not (folder / _INDEX).exists():
                raise
