"""What an interrupted apply came to: the places that may tell, asked one after the other.

What is left in the workspace is read and never written: every question to the cloud is asked in a folder of
its own below it, so that the next one who asks finds what this one found.
"""

from typing import Any

from engine.adapters.tofu.asking import Asking
from engine.adapters.tofu.commands import STATE_FILE
from engine.adapters.tofu.events import effects
from engine.adapters.tofu.taking import taken
from engine.adapters.tofu.workspace import ERRORED_STATE_FILE, EVENTS_FILE, Workspace
from engine.adapters.tofu.workspaces import Workspaces
from engine.core.errors import NotFound, RunnerFailed
from engine.core.operations.interruption import Finding, Look, Source
from engine.core.state import InstanceState, read_instance
from engine.core.values import JsonObject
from engine.ports.runner import Applied, Clues, Job, Recovered


async def recover(workspaces: Workspaces, job: Job, clues: Clues) -> Recovered:
    """Return what is there now; see the port."""
    workspace = workspaces.of(job.key)
    what = f"{job.resource_type}.{job.name}"
    async with taken(workspace, what, stop=clues.stop) as held:
        search = _Search(workspace, Asking(workspaces, workspace, job, held.lock), job, clues)
        if clues.person_id:
            return await search.of_person()
        if held.begun is False and job.kind != "refresh":
            looks = (Look(source=Source.NOT_BEGUN, finding=Finding.FOUND),)
            return Recovered(applied=Applied(state=job.state), found_by=Source.NOT_BEGUN, looks=looks)
        return await search.through()


class _Search:
    """One search for what became of one job."""

    def __init__(self, workspace: Workspace, cloud: Asking, job: Job, clues: Clues) -> None:
        self._workspace = workspace
        self._cloud = cloud
        self._job = job
        self._clues = clues
        self._looks: list[Look] = []
        self._unseen = False

    async def through(self) -> Recovered:
        """Ask every place until one tells."""
        for source, name in ((Source.ERRORED_STATE, ERRORED_STATE_FILE), (Source.STATE, STATE_FILE)):
            told = await self._saved(source, name)
            if told is not None:
                return told
        made = self._made() if self._clues.makes else None
        named = None if made is None else self._state_of(made)
        for source, state in ((Source.EVENT, named), (Source.REMEMBERED, self._job.state)):
            told = None if state is None else await self._read(source, state)
            if told is not None:
                return told
        if self._clues.makes and self._clues.natural_id:
            try:
                found = await self._cloud.imported(self._clues.natural_id, self._clues.planned)
            except NotFound:
                self._note(Source.NATURAL_ID, Finding.GONE, self._clues.natural_id)
            else:
                return self._told(Source.NATURAL_ID, found, found.object_id)
        return Recovered(applied=None, found_by=None, looks=tuple(self._looks))

    def _made(self) -> str | None:
        """Return the id that the newest event of a creation named; the workspace may hold later ones."""
        said = [event.made for event in effects(self._workspace.lines(EVENTS_FILE))]
        return next((object_id for object_id in (*reversed(said), *self._clues.event_ids) if object_id), None)

    async def of_person(self) -> Recovered:
        """Read the object that a person names."""
        state = await self._cloud.imported(self._clues.person_id, self._clues.planned)
        return self._told(Source.PERSON, state, state.object_id)

    async def _saved(self, source: Source, name: str) -> Recovered | None:
        """Return what a state file of OpenTofu tells, None where it tells nothing."""
        try:
            document: Any = self._workspace.read_state(name)
            left = (
                None if document is None else read_instance(document, self._job.resource_type, self._job.name)
            )
        except RunnerFailed:
            self._note(source, Finding.UNREADABLE)
            return None
        if left is None:
            if document is not None and self._job.kind == "delete":
                return self._told(source, None, None)
            self._note(source, Finding.NOTHING)
            return None
        return await self._read(source, left)

    async def _read(self, source: Source, named: InstanceState) -> Recovered | None:
        """Return what the cloud tells of the object that a place names, None where that settles nothing.

        A cloud that does not list a new object yet has not deleted it. Where it was to take the place of an
        old one, that this is gone tells nothing of it, nor, once it was named, that this is still listed.
        """
        state = await self._cloud.read(named)
        old = self._job.state is not None and named.object_id == self._job.state.object_id
        if not self._clues.makes or (state is not None and not (old and self._unseen)):
            return self._told(source, state, named.object_id)
        self._unseen = self._unseen or not old
        self._note(source, Finding.GONE if state is None else Finding.FOUND, named.object_id)
        return None

    def _told(self, source: Source, state: InstanceState | None, object_id: str | None) -> Recovered:
        self._note(source, Finding.GONE if state is None else Finding.FOUND, object_id)
        return Recovered(applied=Applied(state=state), found_by=source, looks=tuple(self._looks))

    def _note(self, source: Source, finding: Finding, object_id: str | None = None) -> None:
        self._looks.append(Look(source=source, finding=finding, object_id=object_id))

    def _state_of(self, object_id: str) -> InstanceState:
        """Return the state of an object of which the id is known: the provider reads what it can."""
        attributes: JsonObject = {**self._clues.planned, "id": object_id}
        return InstanceState(schema_version=self._clues.schema_version, attributes=attributes)
