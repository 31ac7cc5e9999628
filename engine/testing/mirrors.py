"""A provider mirror without files: it holds the versions of `testing/fake` and vouches for them."""

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import Forbidden, IntegrityFailed, NotFound
from engine.core.providers.hashes import archive_hash, is_accepted, package_hash
from engine.core.providers.names import suggestion
from engine.ports.mirror import ProviderPackage
from engine.testing.schemas import FAKE, FAKE_VERSIONS

_FOLDER: Final = Path("mirror")


class FakeMirror:
    """Implements `engine.ports.mirror.ProviderMirror`.

    Attributes:
        changed: pins whose executable is no longer the one that was installed.
        refused: addresses that the allow-list refuses.
    """

    def __init__(self) -> None:
        self.changed: set[ProviderPin] = set()
        self.refused: set[ProviderAddress] = set()
        self._packages = tuple(_package(ProviderPin(address=FAKE, version=v)) for v in FAKE_VERSIONS)

    def packages(self) -> Sequence[ProviderPackage]:
        """Return the packages, newest release first."""
        return self._packages

    def resolve(self, address: ProviderAddress, version: Version | None) -> ProviderPackage:
        """Return the package of that version, or the newest release."""
        if address in self.refused:
            raise Forbidden(
                f"the provider {address} is refused by !*/*", field="provider", facts={"pattern": "!*/*"}
            )
        if address != FAKE:
            raise NotFound(
                f"the mirror has no provider {address}",
                field="provider",
                hint=suggestion(str(address), [str(FAKE)]) or f"it has {FAKE}",
            )
        found = next((p for p in self._packages if version in (None, p.pin.version)), None)
        if found is None:
            raise NotFound(
                f"the mirror has no version {version} of {address}",
                field="provider_version",
                hint=f"it has {', '.join(str(v) for v in FAKE_VERSIONS)}",
            )
        return found

    def exchange(self, pin: ProviderPin) -> None:
        """Put another package in the place of one, with a record that agrees, and names the same archive."""
        self.remove(pin)
        self.add(pin, "another")

    def add(self, pin: ProviderPin, content: str = "") -> None:
        """Install a package."""
        packages = (_package(pin, content), *self._packages)
        self._packages = tuple(sorted(packages, key=lambda one: one.pin.version.preference, reverse=True))

    def remove(self, pin: ProviderPin) -> None:
        """Have a package no longer installed."""
        self._packages = tuple(p for p in self._packages if p.pin != pin)

    async def verify(self, package: ProviderPackage, accepted: Collection[str] | None = None) -> None:
        """Refuse a package that was called changed, or that the hashes do not accept."""
        if package.pin in self.changed:
            raise IntegrityFailed(f"the executable of {package.pin} is not the one that was installed")
        if not is_accepted(package_hash(package.files), accepted):
            raise IntegrityFailed(f"{package.pin} is not the package that the lock holds")


def _package(pin: ProviderPin, content: str = "") -> ProviderPackage:
    folder = _FOLDER / str(pin.version)
    # Each version has a hash of its own, as real ones have.
    sha256 = hashlib.sha256(f"{pin}{content}".encode()).hexdigest()
    files = {"terraform-provider-fake": sha256}
    return ProviderPackage(
        pin=pin,
        platform="any_any",
        folder=folder,
        executable=folder / "terraform-provider-fake",
        sha256=sha256,
        files=files,
        hashes=(package_hash(files), archive_hash(hashlib.sha256(str(pin).encode()).hexdigest())),
    )
