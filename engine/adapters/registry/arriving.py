"""An archive of a provider on its way here: downloaded to a place that outlives the run, then compared."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anyio

from engine.adapters.registry.checks import no_room
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

    async def of(self, downloads: Downloads, url: str, accept: Callable[[str], None]) -> Path:
        """Download, and return the archive once `accept` took its hexadecimal SHA-256.

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
        found = await downloads.file(url, self.archive, self.subject, self.progress)
        try:
            accept(found)
        except IntegrityFailed:
            await archive.unlink()
            if not begun:
                raise
            found = await downloads.file(url, self.archive, self.subject, self.progress)
            accept(found)
        text = f"{self.archive.name} has SHA-256 {found}"
        self.progress.report(Step(kind=StepKind.CHECKED, subject=self.subject, text=text))
        return self.archive
