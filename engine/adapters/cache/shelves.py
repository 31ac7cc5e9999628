"""The `Shelf` port for one provider version of a mirror. Where it comes from is the sources' business."""

import anyio

from engine.adapters.cache.mirror import FilesystemMirror
from engine.core.addrs import ProviderPin
from engine.core.errors import IntegrityFailed, NotSetUp
from engine.ports.artifacts import Fetched, Installed, Progress
from engine.ports.mirror import ProviderPackage


class ProviderShelf:
    """One version of one provider, on the mirror's platform."""

    def __init__(self, mirror: FilesystemMirror, pin: ProviderPin) -> None:
        self._mirror = mirror
        self._pin = pin

    async def find(self, progress: Progress) -> Installed | None:
        """Return the installed package after hashing it; see the port."""
        del progress  # there is nothing to say before the result
        package = next((one for one in self._mirror.packages() if one.pin == self._pin), None)
        if package is None:
            return None
        await self._mirror.verify(package)
        return self._installed(package)

    async def place(self, fetched: Fetched) -> Installed:
        """Install the package; see the port."""
        package = await anyio.to_thread.run_sync(self._mirror.install, self._pin, fetched)
        try:
            await self._mirror.verify(package)
        except IntegrityFailed as failure:
            raise NotSetUp(
                f"{self._pin} changed while it was installed", hint="run the command again"
            ) from failure
        return self._installed(package)

    def _installed(self, package: ProviderPackage) -> Installed:
        return Installed(
            version=str(self._pin.version),
            executable=package.executable,
            sha256=package.sha256,
            source=package.source,
        )
