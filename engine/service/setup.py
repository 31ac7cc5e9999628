"""Set-up: bring every wanted executable that is not there. Adapters know how a source is spoken to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.core.errors import IntegrityFailed, NotSetUp, RegistryFailed
from engine.ports.artifacts import Installed, Progress, Step, StepKind, Wanted, Workspace

FORMAT_VERSION: Final = "1.0"


class SetUpItem(BaseModel):
    """One executable after set-up.

    Attributes:
        state: `found` when it was there already.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    state: Literal["found", "installed"]
    version: str
    executable: Path
    sha256: str
    source: str


class SetUpReport(BaseModel):
    """What set-up leaves behind, in the order in which it was wanted."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = FORMAT_VERSION
    items: tuple[SetUpItem, ...]


async def set_up(wanted: Sequence[Wanted], workspace: Workspace, progress: Progress) -> SetUpReport:
    """Bring what is missing; run again, it finds everything and changes nothing.

    Two runs at once are safe: the second waits and then finds what the first brought.

    Raises:
        NotSetUp: no source could give an executable; `facts["sources"]` says why, source by source.
        IntegrityFailed: a source gave something that is not what was pinned or signed.
    """
    found = {want.name: await _look(want, progress) for want in wanted}
    missing = [want for want in wanted if found[want.name] is None]
    items = {want.name: _item(want, there, "found") for want in wanted if (there := found[want.name])}
    if missing:
        async with workspace.reserve([want.name for want in missing], progress) as scratch:
            for want in missing:
                items[want.name] = await _bring(want, scratch, progress)
    return SetUpReport(items=tuple(items[want.name] for want in wanted))


async def _look(want: Wanted, progress: Progress) -> Installed | None:
    try:
        there = await want.shelf.find(progress)
    except IntegrityFailed as failure:
        progress.report(
            Step(kind=StepKind.NOTICE, subject=want.name, text=f"{failure.message}; is brought again")
        )
        return None
    if there is not None:
        text = f"version {there.version} is there ({there.source}), SHA-256 {there.sha256[:12]}…"
        progress.report(Step(kind=StepKind.FOUND, subject=want.name, text=text))
    return there


async def _bring(want: Wanted, scratch: Path, progress: Progress) -> SetUpItem:
    # Another run may have brought it while this one waited. What else there is to say was said before.
    if there := await _look(want, _Unheard()):
        progress.report(
            Step(kind=StepKind.FOUND, subject=want.name, text="another set-up has just brought it")
        )
        return _item(want, there, "found")
    reasons: dict[str, str] = {}
    for position, source in enumerate(want.sources, start=1):
        try:
            fetched = await source.fetch(scratch, progress)
        except (RegistryFailed, NotSetUp) as failure:
            reasons[source.name] = failure.message
            following = want.sources[position].name if position < len(want.sources) else None
            then = f"next: {following}" if following else "there is no other source"
            text = f"{source.name}: {failure.message}; {then}"
            words = failure.untrusted
            progress.report(Step(kind=StepKind.UNAVAILABLE, subject=want.name, text=text, untrusted=words))
            continue
        there = await want.shelf.place(fetched)
        text = f"version {there.version} from {there.source} is in {there.executable.parent}"
        progress.report(Step(kind=StepKind.INSTALLED, subject=want.name, text=text))
        return _item(want, there, "installed")
    raise NotSetUp(
        f"no source could give {want.name}",
        hint=want.mend,
        facts={"wanted": want.name, "sources": dict(reasons)},
    )


class _Unheard:
    def report(self, step: Step) -> None:
        """Let the step pass."""


def _item(want: Wanted, there: Installed, state: Literal["found", "installed"]) -> SetUpItem:
    return SetUpItem(name=want.name, state=state, **there.model_dump())
