"""The workspaces of one runner, each in a folder below one place, and the sessions that run in them."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread

from engine.adapters.tofu.session import Session
from engine.adapters.tofu.toolchain import Toolchain, silence
from engine.adapters.tofu.workspace import Workspace
from engine.core.errors import NotSetUp
from engine.ports.mirror import Trusted
from engine.ports.runner import Progress


@dataclass(frozen=True)
class Place:
    """A workspace with the session that runs in it."""

    workspace: Workspace
    session: Session


class Workspaces:
    """Workspaces by key, with what it takes to run OpenTofu in one."""

    def __init__(self, toolchain: Toolchain, work: Path) -> None:
        self._toolchain = toolchain
        self._work = work

    def of(self, key: str) -> Workspace:
        """Return the workspace of a key, made or not."""
        return Workspace(self._work / key)

    async def keys(self) -> Sequence[str]:
        """Return the keys of the workspaces that are there, sorted.

        Raises:
            NotSetUp: their place cannot be read.
        """
        try:
            return sorted(await anyio.to_thread.run_sync(os.listdir, self._work))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise NotSetUp(
                f"the folder {self._work} cannot be read: {error.strerror}",
                hint="make it readable, or set INTENT_HOME to a folder that is",
            ) from error

    async def session(
        self,
        workspace: Workspace,
        providers: Sequence[Trusted],
        project_id: str,
        progress: Progress = silence,
    ) -> Session:
        """Return a session of a project's in a workspace that exists.

        Raises:
            NotFound, IntegrityFailed, NotSetUp, StoreFailed: see `engine.ports.runner.Runner`.
        """
        given = await self._toolchain.integrations.environment(project_id)
        return await self._toolchain.session(workspace.folder, providers, progress, given=given)

    @asynccontextmanager
    async def scratch(self, key: str, providers: Sequence[Trusted], project_id: str) -> AsyncIterator[Place]:
        """Make a workspace that is removed in any case: nothing is applied in it.

        Raises:
            NotFound, IntegrityFailed, NotSetUp, StoreFailed: see `engine.ports.runner.Runner`.
        """
        workspace = self.of(key)
        await workspace.make()
        try:
            yield Place(workspace, await self.session(workspace, providers, project_id))
        finally:
            with anyio.CancelScope(shield=True):
                await workspace.remove()
