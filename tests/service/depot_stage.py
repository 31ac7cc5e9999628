"""A provider cache on disk and a registry on loopback: what installing takes, without a real wait."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.adapters.cache.inventory import MirrorInventory
from engine.adapters.cache.mirror import FilesystemMirror
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.providers.allow import AllowList, Unsigned
from engine.core.providers.mirrors import parse_mirrors
from engine.service.providers.install import InstallReport, install_providers
from engine.testing.artifacts import Heard
from engine.testing.registry_standin import RegistryStandIn
from server.bootstrap.places import Places
from server.bootstrap.supplying import open_depot
from tests.contract.asking import downloads

PLATFORM = "linux_amd64"
NULL = ProviderAddress.parse("hashicorp/null")
HIDDEN = (".locks", ".parts", ".scratch")


def pin(version: str, address: ProviderAddress = NULL) -> ProviderPin:
    """Return a version of hashicorp/null, or of another provider."""
    return ProviderPin(address=address, version=Version.parse(version))


def files(version: str) -> list[tuple[str, bytes]]:
    """Return what the package of a version holds."""
    return [
        ("LICENSE", b"as you like"),
        (f"terraform-provider-null_v{version}_x5", version.encode() * 20_000),
    ]


@dataclass
class Site:
    """Where a test installs, and what was heard."""

    root: Path
    registry: RegistryStandIn
    heard: Heard = field(default_factory=Heard)

    @property
    def mirror(self) -> FilesystemMirror:
        """The cache, seen by a process that remembers nothing."""
        return FilesystemMirror(self.root, PLATFORM)

    @property
    def inventory(self) -> MirrorInventory:
        """The cache as a whole."""
        return MirrorInventory(self.root, AllowList())

    def offer(self, *versions: str) -> None:
        """Let the registry have these versions of hashicorp/null."""
        for version in versions:
            self.registry.add_provider(pin(version), PLATFORM, files(version))

    def places(self, mirrors: str = "", allow: str = "", unsigned: Unsigned = Unsigned.REFUSE) -> Places:
        """Return where a process with these settings works."""
        return Places(
            home=self.root.parent / "home",
            manifest=self.root.parent / "manifest.toml",
            tools=self.root.parent / "tools",
            mirror=self.root,
            tofu=None,
            environment={},
            registries={NULL.host: self.registry.url},
            platform=PLATFORM,
            allow=AllowList.parse(allow),
            mirrors=parse_mirrors(mirrors),
            unsigned=unsigned,
        )

    async def install(
        self, *wanted: str, places: Places | None = None, platforms: Sequence[str] = (), offline: bool = False
    ) -> InstallReport:
        """Install as the command does."""
        asked = downloads(self.registry.url, offline=offline)
        depot = open_depot(places or self.places(), asked)
        return await install_providers(depot, wanted, platforms, self.heard)

    def installed(self) -> list[str]:
        """Return what the record names, newest first."""
        return [str(package.pin) for package in self.mirror.packages()]

    def folders(self) -> list[str]:
        """Return the packages that lie there, recorded or not."""
        found = (path for path in self.root.glob("*/*/*/*/*") if path.is_dir())
        return sorted(
            path.relative_to(self.root).as_posix()
            for path in found
            if path.relative_to(self.root).parts[0] not in HIDDEN
        )
