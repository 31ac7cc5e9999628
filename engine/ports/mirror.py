"""The provider binaries that are at hand. Fetching them is set-up's business, not a port of the use cases."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress, ProviderPin, Version


class ProviderPackage(BaseModel):
    """One unpacked provider in the mirror, for the platform that the engine runs on.

    Attributes:
        folder: holds the executable and nothing that another version owns.
        executable: the file to run.
        sha256: hexadecimal SHA-256 of the executable as it was verified at installation.
        hashes: what a lock file may hold of this version, sorted: `h1:` of this platform's files, and `zh:`
            of every archive that the signed checksums name.
    """

    model_config = ConfigDict(frozen=True)

    pin: ProviderPin
    platform: str
    folder: Path
    executable: Path
    sha256: str
    hashes: tuple[str, ...] = ()


class ProviderMirror(Protocol):
    """Finds installed providers and vouches for them."""

    def packages(self) -> Sequence[ProviderPackage]:
        """Return every installed package for this platform, by address, newest version first.

        Raises:
            NotSetUp: the mirror's folder or its record of installations cannot be read.
        """
        ...

    def resolve(self, address: ProviderAddress, version: Version | None) -> ProviderPackage:
        """Return the package of that version, or the newest one.

        Raises:
            NotFound: the mirror has no such provider or version; names what it has.
            NotSetUp: the mirror is empty or has nothing for this platform; names the command that mends it.
        """
        ...

    async def verify(self, package: ProviderPackage) -> None:
        """Hash the executable and compare; called before every start of a provider.

        Raises:
            IntegrityFailed: the file is gone, cannot be read or is not the one that was installed.
        """
        ...
