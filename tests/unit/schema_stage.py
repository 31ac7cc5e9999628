"""A schema catalogue over a stand-in for OpenTofu that prints a document and counts how often it is asked."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from engine.adapters.integrations import CallerIntegrations
from engine.adapters.tofu.binding import DevOverrides
from engine.adapters.tofu.schemas import TofuSchemas
from engine.adapters.tofu.slots import Slots
from engine.adapters.tofu.toolchain import Toolchain
from engine.core.addrs import ProviderAddress, Version
from engine.ports.mirror import ProviderPackage
from engine.testing.mirrors import FakeMirror
from engine.testing.schemas import DATA_SOURCES, FAKE, FAKE_PIN, RESOURCES, SETTINGS

DOCUMENT: Final[Mapping[str, Any]] = {
    "format_version": "1.0",
    "provider_schemas": {
        FAKE.full: {
            "provider": SETTINGS.model_dump(),
            "resource_schemas": {name: schema.model_dump() for name, schema in RESOURCES.items()},
            "data_source_schemas": {name: schema.model_dump() for name, schema in DATA_SOURCES.items()},
        }
    },
}
OF: Final = f"{FAKE.full} {FAKE_PIN.version} any_any {'0' * 64}"
_SCRIPT: Final = """#!{python} -I
import json, os, signal, sys
folder = {folder!r}
with open(folder + "/asked", "a") as asked:
    asked.write(json.dumps(dict(os.environ)) + chr(10))
if {hangs}:
    signal.pause()
sys.stdout.write(open(folder + "/document").read())
"""


class OtherBinary(FakeMirror):
    """A mirror whose packages have an executable with this hash."""

    def __init__(self, sha256: str) -> None:
        super().__init__()
        self.sha256 = sha256

    def resolve(self, address: ProviderAddress, version: Version | None) -> ProviderPackage:
        """Return the package with that hash."""
        return super().resolve(address, version).model_copy(update={"sha256": self.sha256})

    def packages(self) -> Sequence[ProviderPackage]:
        """Return the packages with that hash."""
        return tuple(p.model_copy(update={"sha256": self.sha256}) for p in super().packages())


@dataclass
class Asked:
    """A folder with a stand-in, what it prints, and a cache."""

    folder: Path
    hangs: bool = False
    document: str = field(default_factory=lambda: json.dumps(DOCUMENT))

    def catalog(self, sha256: str = "0" * 64, environment: Mapping[str, str] | None = None) -> TofuSchemas:
        """Return a catalogue as a new process has it: nothing in memory."""
        mirror = OtherBinary(sha256)
        slots = Slots(self.folder / "slots", 2)
        caller = environment or {}
        toolchain = Toolchain(self._locate, DevOverrides(mirror), caller, CallerIntegrations(caller), slots)
        return TofuSchemas(toolchain, mirror, self.cache)

    def package(self, sha256: str = "0" * 64) -> ProviderPackage:
        """Return the package that the catalogue is about."""
        return OtherBinary(sha256).resolve(FAKE, FAKE_PIN.version)

    @property
    def cache(self) -> Path:
        """Where the cache is."""
        return self.folder / "schemas"

    def files(self) -> list[Path]:
        """Return every file of the cache but the locks."""
        return sorted(p for p in self.cache.rglob("*") if p.is_file() and p.name != "lock")

    def times(self) -> int:
        """Return how often OpenTofu was asked."""
        return len(self.environments())

    def environments(self) -> list[dict[str, str]]:
        """Return the environment of each child."""
        asked = self.folder / "asked"
        return [json.loads(line) for line in asked.read_text("utf-8").splitlines()] if asked.exists() else []

    async def _locate(self) -> Path:
        (self.folder / "document").write_text(self.document, "utf-8")
        path = self.folder / "tofu"
        path.write_text(
            _SCRIPT.format(python=sys.executable, folder=str(self.folder), hangs=self.hangs), "utf-8"
        )
        path.chmod(0o700)
        return path
