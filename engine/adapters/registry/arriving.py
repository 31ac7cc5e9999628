"""An archive of a provider on its way here: downloaded to a place that outlives the run, then compared."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anyio

from engine.adapters.registry.checks import no_room, sha256_of
from engine.adapters.registry.http import Downloads
from engine.core.errors import IntegrityFailed
from engine.ports.artifacts import Progress, Step, StepKind


@dataclass(frozen=True)
class Arrival:
    """One archive, and who hears of it.

    Attributes:
        archive: where it is to lie; a part that a broken run left there is gone on with.
        subject: what steps are about.
    """

    archive: Path
    subject: str
    progress: Progress

    async def of(
        self, downloads: Downloads, url: str, accept: Callable[[str], None], *, known: bool = True
    ) -> Path:
        """Download, and return the archive once `accept` took its hexadecimal SHA-256.

        What a broken run left whole is not asked for again, if it is `known` what its hash has to be.
        What `accept` refuses is removed; where it was put together of parts it is first downloaded once more.

        Raises:
            RegistryFailed: it cannot be had; what arrived stays for the next try.
            IntegrityFailed: as `accept`.
            NotSetUp: there is no room for it.
        """
        archive = anyio.Path(self.archive)
        try:
            await archive.parent.mkdir(parents=True, exist_ok=True)
            begun = await archive.exists()
        except OSError as failure:
            raise no_room(failure) from failure
        if not (begun and known and await self._is_whole(accept)):
            await self._download(downloads, url, accept, begun=begun)
        return self.archive

    async def _download(
        self, downloads: Downloads, url: str, accept: Callable[[str], None], *, begun: bool
    ) -> None:
        found = await downloads.file(url, self.archive, self.subject, self.progress)
        try:
            accept(found)
        except IntegrityFailed:
            await anyio.Path(self.archive).unlink()
            if not begun:
                raise
            found = await downloads.file(url, self.archive, self.subject, self.progress)
            accept(found)
        self._say(found)

    async def _is_whole(self, accept: Callable[[str], None]) -> bool:
        found = await anyio.to_thread.run_sync(sha256_of, self.archive)
        try:
            accept(found)
        except IntegrityFailed:
            return False
        self._say(found)
        return True

    def _say(self, sha256: str) -> None:
        text = f"{self.archive.name} has SHA-256 {sha256}"
        self.progress.report(Step(kind=StepKind.CHECKED, subject=self.subject, text=text))
