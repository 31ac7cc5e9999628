"""The commands of a job that act, behind its workspace's fence: the apply of its plan and the read after."""

import hashlib

from engine.adapters.tofu.commands import PLAN_FILE
from engine.adapters.tofu.events import EventLog
from engine.adapters.tofu.fence import Fence
from engine.adapters.tofu.process import Completed
from engine.adapters.tofu.session import Session
from engine.adapters.tofu.workspace import EVENTS_FILE, Workspace
from engine.core.errors import IntegrityFailed, NotSetUp, RunnerFailed
from engine.core.limits import APPLY_TIMEOUT_SECONDS, EFFECT_LOCK_SECONDS, PLAN_TIMEOUT_SECONDS
from engine.ports.runner import Listener, Stop


class Effect:
    """The effect of one job; its lock is held while OpenTofu acts, and by all that acts for it.

    Attributes:
        begun: True from the moment when something may have been changed.
    """

    def __init__(self, workspace: Workspace, session: Session, fence: Fence) -> None:
        self.begun = False
        self._workspace = workspace
        self._session = session
        self._fence = fence

    def plan_sha256(self) -> str:
        """Return the hash of the plan file as it is now."""
        with (self._workspace.folder / PLAN_FILE).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    async def apply(
        self, address: str, sha256: str, listener: Listener | None, stop: Stop | None
    ) -> tuple[Completed, EventLog]:
        """Apply the plan of that hash, until `stop` comes.

        Raises:
            IntegrityFailed: the plan file is another one; nothing was applied.
            NotSetUp: OpenTofu did not start, or the workspace cannot be written; nothing was applied.
            Conflict: the workspace was taken away; nothing was applied.
            RunnerFailed: what OpenTofu said cannot be read; something may have been applied.
        """
        lock = await self._fence.hold()
        try:
            if sha256 != self.plan_sha256():
                raise IntegrityFailed(
                    f"the plan file of {address} changed after the policies saw it",
                    hint="make the request again, and look who else writes to the engine's folder",
                )
            self._fence.note_begun(lock)
            # INVARIANT: until the outcome is read back, the workspace is all that is known of the change.
            self.begun = True
            return await self._session.run(
                self._session.commands.apply_plan(),
                APPLY_TIMEOUT_SECONDS,
                listener=listener,
                kept_as=EVENTS_FILE,
                lock=lock,
                stop=stop,
            )
        except NotSetUp:
            self.begun = False
            raise
        except OSError as error:
            if self.begun:
                raise RunnerFailed(
                    f"what OpenTofu said of {address} cannot be read: {error.strerror}",
                    hint="`intent operation resume` finds out what it did",
                ) from error
            raise NotSetUp(
                f"the working folder of {address} cannot be used: {error.strerror}",
                hint="nothing was changed; make room and make the request again",
            ) from error
        finally:
            lock.release()

    async def read_again(self) -> Completed:
        """Read what was applied once more.

        Raises:
            Conflict: the workspace was taken away; what was applied is in it.
        """
        lock = await self._fence.hold(EFFECT_LOCK_SECONDS)
        try:
            arguments = self._session.commands.read_again()
            completed, _ = await self._session.run(arguments, PLAN_TIMEOUT_SECONDS, lock=lock)
        finally:
            lock.release()
        return completed
