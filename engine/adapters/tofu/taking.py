"""Making a workspace ours, leaving it, and taking it away from a worker that was lost."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import anyio

from engine.adapters.tofu.fence import Fence, Held, Lock
from engine.adapters.tofu.orphans import holders, lives, send
from engine.adapters.tofu.workspace import Workspace
from engine.core.errors import Conflict, NotSetUp, RunnerFailed
from engine.core.limits import APPLY_TIMEOUT_SECONDS, EFFECT_LOCK_SECONDS, INTERRUPT_GRACE_SECONDS

_LOOK_SECONDS: Final = 0.05
_MOMENT_SECONDS: Final = 1.0
_Seized = tuple[Lock, bool | None]


@dataclass(frozen=True)
class Taken:
    """A workspace that was taken away.

    Attributes:
        lock: held until the end of it; children of ours inherit it.
        begun: True where OpenTofu may have been started to change something; None where nothing tells.
    """

    lock: Lock
    begun: bool | None


async def begin(workspace: Workspace) -> Fence:
    """Make a workspace anew, and ours.

    Raises:
        NotSetUp: it cannot be made.
        RunnerFailed: something is still going on in the one of that name that is there.
    """
    await discard(workspace)
    await workspace.make()
    fence = Fence(workspace.folder)
    try:
        fence.begin()
    except OSError as error:
        raise _not_writable(workspace, error) from error
    return fence


async def leave(workspace: Workspace, fence: Fence) -> None:
    """Remove a workspace of ours; one that was taken away from us is left alone."""
    try:
        lock = await fence.hold(EFFECT_LOCK_SECONDS)
    except Conflict:
        return
    try:
        await workspace.remove()
    finally:
        lock.release()


async def discard(workspace: Workspace) -> None:
    """Take a workspace away from whoever had it, and remove it.

    Raises:
        RunnerFailed: something is still going on in it.
    """
    if workspace.folder.exists():
        async with taken(workspace, workspace.folder.name, stop=False):
            await workspace.remove()


@asynccontextmanager
async def taken(workspace: Workspace, what: str, *, stop: bool) -> AsyncIterator[Taken]:
    """Take a workspace away from its worker, for as long as this lasts; `what` names it in errors.

    What is left of an effect without its OpenTofu is ended: its answer is lost. An OpenTofu at work is
    stopped where it has taken longer than an apply may, or `stop` is set.

    Raises:
        RunnerFailed: something is still going on in it, or somebody else is taking it.
        NotSetUp: it cannot be written.
    """
    if not workspace.folder.exists():
        await workspace.make()
    try:
        lock, begun = await _seize(Fence(workspace.folder), what, stop=stop)
    except OSError as error:
        raise _not_writable(workspace, error) from error
    try:
        yield Taken(lock, begun)
    finally:
        lock.release()


async def _seize(fence: Fence, what: str, *, stop: bool) -> _Seized:
    seized = await _within(fence, 0.0)
    if seized is not None:
        return seized
    left = holders(fence.path)
    leaders = [holder for holder in left if holder.leads]
    if leaders and not stop and all(holder.age <= APPLY_TIMEOUT_SECONDS for holder in leaders):
        raise _going_on(fence, what)
    if leaders:
        send(leaders, fence.path, signal.SIGINT)
        seized = await _within(fence, INTERRUPT_GRACE_SECONDS)
    if seized is None:
        send(holders(fence.path), fence.path, signal.SIGKILL)
        seized = await _within(fence, EFFECT_LOCK_SECONDS if left else _MOMENT_SECONDS)
    if seized is None:
        raise _going_on(fence, what)
    return seized


async def _within(fence: Fence, seconds: float) -> _Seized | None:
    """Return what `Fence.seize` does, None where the lock is held for longer than some seconds."""
    deadline = anyio.current_time() + seconds
    while True:
        try:
            return fence.seize()
        except Held:
            if anyio.current_time() >= deadline:
                return None
        await anyio.sleep(_LOOK_SECONDS)


def _going_on(fence: Fence, what: str) -> RunnerFailed:
    worker = fence.mark().worker
    if lives(worker):
        whose = f"the engine that began it lives (process {worker.partition(':')[0]})"
    else:
        whose = "its engine ended before it"
    return RunnerFailed(
        f"OpenTofu is still applying {what}: {whose}",
        hint="wait a little, then `intent operation resume` again",
        facts={"processes": [holder.pid for holder in holders(fence.path)], "worker_lives": lives(worker)},
    )


def _not_writable(workspace: Workspace, error: OSError) -> NotSetUp:
    return NotSetUp(
        f"the working folder {workspace.folder} cannot be written: {error.strerror}",
        hint="make it writable, or set INTENT_HOME to a folder that is",
    )
