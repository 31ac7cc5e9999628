"""The runner: opens a workspace for each job. Planning and applying in one is `run`'s business."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

from engine.adapters.tofu import reads
from engine.adapters.tofu.effect import Effect
from engine.adapters.tofu.recovery import recover
from engine.adapters.tofu.run import TofuRun
from engine.adapters.tofu.taking import begin, discard, leave
from engine.adapters.tofu.toolchain import Toolchain
from engine.adapters.tofu.workspaces import Workspaces
from engine.core.values import JsonObject
from engine.ports.mirror import Trusted
from engine.ports.questions import Question
from engine.ports.runner import NO_CLUES, Clues, Job, Progress, Recovered, Run


class TofuRunner:
    """Runs jobs, each in a folder of its own below `work`."""

    def __init__(self, toolchain: Toolchain, work: Path) -> None:
        self._workspaces = Workspaces(toolchain, work)
        self._slots = toolchain.slots

    @asynccontextmanager
    async def open(self, job: Job, progress: Progress) -> AsyncIterator[Run]:
        """Wait for a turn, then make the job's workspace; see the port."""
        # INVARIANT: a change has its place before it is planned, and keeps it: an apply waits for none.
        async with self._slots.taken(job.lineage, progress), self._opened(job, progress) as run:
            yield run

    @asynccontextmanager
    async def _opened(self, job: Job, progress: Progress) -> AsyncIterator[TofuRun]:
        workspace = self._workspaces.of(job.key)
        fence = await begin(workspace)
        run: TofuRun | None = None
        finished = False
        try:
            session = await self._workspaces.session(workspace, [job.provider], job.project_id, progress)
            run = TofuRun(job, workspace, session, Effect(workspace, session, fence))
            run.prepare()
            yield run
            finished = True
        finally:
            # INVARIANT: the workspace of an apply goes only when its outcome is known and the caller has kept
            # it; one that leaves by an exception may not have.
            if run is None or not run.applying or (finished and run.outcome_known):
                with anyio.CancelScope(shield=True):
                    await leave(workspace, fence)

    async def recover(self, job: Job, clues: Clues = NO_CLUES) -> Recovered:
        """Take the workspace away from its worker, then ask it and the cloud; see the port."""
        return await recover(self._workspaces, job, clues)

    async def discard(self, key: str) -> None:
        """Remove the workspace of a settled job; see the port."""
        await discard(self._workspaces.of(key))

    async def keys(self) -> Sequence[str]:
        """Return the keys of the workspaces that are there; see `engine.ports.leftovers`."""
        return await self._workspaces.keys()

    async def read_data_source(self, question: Question) -> JsonObject:
        """Read a data source in a workspace of its own; see the port."""
        async with self._workspaces.scratch(question.key, [question.provider], question.project_id) as place:
            return await reads.read_data_source(place, question)

    async def preview(
        self, files: Mapping[str, str], providers: Sequence[Trusted], *, key: str, project_id: str
    ) -> Mapping[str, JsonObject]:
        """Plan a folder of files in a workspace of its own; see the port."""
        async with self._workspaces.scratch(key, providers, project_id) as place:
            return await reads.preview(place, files)
