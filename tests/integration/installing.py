"""A stand-in that offers one small provider, mirrors to install it into, and what must hold of them."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio

from engine.adapters.cache.machine import this_platform
from engine.adapters.cache.mirror import FilesystemMirror
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.testing.registry_standin import RegistryStandIn
from tests.integration.forked_commands import Command

PIN: Final = ProviderPin(address=ProviderAddress.parse("acme/widgets"), version=Version.parse("1.10.0"))
NAME: Final = "terraform-provider-widgets_v1.10.0"
INSTALL: Final = ("provider", "install", "acme/widgets@1.10.0")
# Half of it does not compress, so that the archive is of about half its size.
RANDOM: Final = b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(40_000))
CONTENT: Final = RANDOM + bytes(len(RANDOM))
FILES: Final = (("LICENSE", b"as you like"), (NAME, CONTENT), ("docs/README.md", b"read me"))
ARCHIVES: Final = "*/files/*.zip"


@dataclass(frozen=True)
class Room:
    """A mirror and a data folder of its own, for commands that speak to a stand-in."""

    folder: Path
    standing: RegistryStandIn

    @property
    def mirror(self) -> Path:
        """The mirror."""
        return self.folder / "mirror"

    @property
    def environment(self) -> Mapping[str, str]:
        """What commands get beside the caller's environment."""
        return {
            "INTENT_HOME": str(self.folder / "home"),
            "INTENT_PROVIDERS_CACHE": str(self.mirror),
            "INTENT_REGISTRY_URL": self.standing.url,
            "INTENT_REGISTRY_API_URL": self.standing.url,
            # No certificate is asked for here, and to read hundreds of them takes most of a command's time.
            "SSL_CERT_DIR": "",
            "SSL_CERT_FILE": "",
        }

    def install(self, kill_at: int = 0, file_bytes: int = 0) -> Command:
        """Return the command that installs the provider."""
        return Command((*INSTALL, "--quiet"), self.environment, str(self.mirror), kill_at, file_bytes)

    @contextmanager
    def installing(self) -> Iterator[subprocess.Popen[str]]:
        """Start the command in a process of its own; leaving kills it."""
        with subprocess.Popen(
            [sys.executable, "-m", "server.cli.main", *INSTALL],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def trusted(self) -> int:
        """Return how many packages the mirror vouches for, each of them verified.

        Raises:
            IntegrityFailed: it vouches for one that is not whole.
        """
        mirror = FilesystemMirror(self.mirror, this_platform())
        packages = mirror.packages()
        for package in packages:
            anyio.run(mirror.verify, package)
        return len(packages)

    def left(self) -> list[str]:
        """Return the files of the mirror that are not its locks."""
        files = (path.relative_to(self.mirror) for path in self.mirror.rglob("*") if path.is_file())
        return sorted(path.as_posix() for path in files if path.parts[0] != ".locks")


@contextmanager
def offered() -> Iterator[RegistryStandIn]:
    """Run a stand-in that offers the provider for this platform."""
    with RegistryStandIn() as standing:
        standing.add_provider(PIN, this_platform(), FILES)
        yield standing
