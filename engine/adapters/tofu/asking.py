"""Asking the cloud what there is of the object of an interrupted apply, in a folder below its workspace.

Nothing of what is left in the workspace itself is touched.
"""

from typing import Final

from engine.adapters.tofu.fence import Lock
from engine.adapters.tofu.run import write_config, write_job
from engine.adapters.tofu.session import Session, missing_object
from engine.adapters.tofu.workspace import Workspace
from engine.adapters.tofu.workspaces import Workspaces
from engine.core.errors import ProviderFailed, RunnerFailed
from engine.core.limits import PLAN_TIMEOUT_SECONDS
from engine.core.state import InstanceState, read_instance
from engine.core.values import JsonObject
from engine.ports.runner import Job

_FOLDER: Final = "look"


class Asking:
    """Questions about the object of one job; the processes that ask inherit the workspace's lock."""

    def __init__(self, workspaces: Workspaces, workspace: Workspace, job: Job, lock: Lock) -> None:
        self._workspaces = workspaces
        self._place = Workspace(workspace.folder / _FOLDER)
        self._job = job
        self._lock = lock

    async def imported(self, import_id: str, planned: JsonObject) -> InstanceState:
        """Read an existing object by its import id, then once more with what no import reads, from `planned`.

        Raises:
            NotFound: there is none.
        """
        session = await self._opened(None)
        what = f"importing {self._job.name}"
        arguments = session.commands.import_object(f"{self._job.resource_type}.{self._job.name}", import_id)
        try:
            await session.require(arguments, PLAN_TIMEOUT_SECONDS, what, self._lock)
        except ProviderFailed as error:
            raise missing_object(error, self._job.resource_type) or error from error
        found = self._instance()
        if found is None:
            raise RunnerFailed(f"{what}: OpenTofu reported success and wrote no state")
        kept = {**planned, **{k: v for k, v in found.attributes.items() if v is not None}}
        again = await self.read(found.model_copy(update={"attributes": kept}))
        return found if again is None else again

    async def read(self, state: InstanceState) -> InstanceState | None:
        """Return an object as the cloud has it now, None where it is gone."""
        session = await self._opened(state)
        what = f"reading {self._job.name}"
        await session.require(session.commands.read_again(), PLAN_TIMEOUT_SECONDS, what, self._lock)
        return self._instance()

    async def _opened(self, state: InstanceState | None) -> Session:
        """Return a session in the folder made anew, with a state to start from."""
        await self._place.make()
        write_config(self._job, self._place, self._job.config)
        if state is not None:
            write_job(self._job.model_copy(update={"state": state}), self._place)
        return await self._workspaces.session(self._place, [self._job.provider], self._job.project_id)

    def _instance(self) -> InstanceState | None:
        document = self._place.read_state()
        return None if document is None else read_instance(document, self._job.resource_type, self._job.name)
