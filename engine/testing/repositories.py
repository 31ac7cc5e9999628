"""Projects, resources and operations in memory.

Records are copied on the way in and out: who changes one that was kept or read changes nothing here.
"""

from collections.abc import Collection, Sequence

from engine.core.errors import Conflict, NotFound
from engine.core.operations.operation import Operation
from engine.core.operations.states import RUNNING_STATES, OperationState
from engine.core.projects import Project
from engine.core.resources import Resource
from engine.testing.tables import Tables


class MemoryProjects:
    """Implements `engine.ports.store.Projects`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def find(self, name: str) -> Project | None:
        """Return the project of that name."""
        found = (p for p in self._tables.projects.values() if p.name == name)
        return next((p.model_copy(deep=True) for p in found), None)

    async def list(self) -> Sequence[Project]:
        """Return all projects by name."""
        found = sorted(self._tables.projects.values(), key=lambda p: p.name)
        return [p.model_copy(deep=True) for p in found]

    async def add(self, project: Project) -> None:
        """Keep a new project. Raises Conflict where the name is taken."""
        self._must_be_free(project)
        self._tables.projects[project.id] = project.model_copy(deep=True)

    async def save(self, project: Project) -> None:
        """Replace a stored project. Raises NotFound, and Conflict where its new name is taken."""
        self._must_be_free(project)
        if project.id not in self._tables.projects:
            raise NotFound(f"there is no project {project.name}", field="project")
        self._tables.projects[project.id] = project.model_copy(deep=True)

    async def remove(self, project_id: str) -> None:
        """Forget a project, its attachments, waivers and resources' versions; operations and audit stay."""
        kept = self._tables
        kept.projects.pop(project_id, None)
        kept.resources = {key: v for key, v in kept.resources.items() if key[0] != project_id}
        kept.attachments = {bond for bond in kept.attachments if bond[0] != project_id}
        kept.waivers = {key: w for key, w in kept.waivers.items() if w.project_id != project_id}
        kept.locks.pop(project_id, None)

    def _must_be_free(self, project: Project) -> None:
        if any(p.name == project.name and p.id != project.id for p in self._tables.projects.values()):
            raise Conflict(f"there is a project {project.name} already", field="project")


class MemoryResources:
    """Implements `engine.ports.store.Resources`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def find(self, project_id: str, resource_id: str) -> Resource | None:
        """Return the newest version, also one that records the end; None where there never was one."""
        return next(reversed(await self.versions(project_id, resource_id)), None)

    async def list(self, project_id: str) -> Sequence[Resource]:
        """Return the newest version of each living resource, by resource id."""
        newest = [v[-1] for key, v in sorted(self._tables.resources.items()) if key[0] == project_id]
        return [r.model_copy(deep=True) for r in newest if not r.gone]

    async def versions(self, project_id: str, resource_id: str) -> Sequence[Resource]:
        """Return every version, oldest first."""
        return [r.model_copy(deep=True) for r in self._tables.resources.get((project_id, resource_id), ())]

    async def save(self, resource: Resource) -> None:
        """Keep a new version. Raises Conflict unless its number follows the newest of a stored project."""
        key = (resource.project_id, resource.resource_id)
        versions = self._tables.resources.get(key, ())
        if resource.version != len(versions) + 1:
            raise Conflict(
                f"{resource.resource_id} was changed meanwhile: its next version is {len(versions) + 1}",
                field="resource_id",
                facts={"expected": len(versions) + 1},
            )
        if resource.project_id not in self._tables.projects:
            raise Conflict(f"the project of {resource.resource_id} was deleted meanwhile", field="project")
        self._tables.resources[key] = (*versions, resource.model_copy(deep=True))


class MemoryOperations:
    """Implements `engine.ports.store.Operations`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def find(self, operation_id: str) -> Operation | None:
        """Return an operation."""
        found = self._tables.operations.get(operation_id)
        return found.model_copy(deep=True) if found else None

    async def find_by_key(self, project_id: str, actor_key: str, idempotency_key: str) -> Operation | None:
        """Return the operation that a principal made with an idempotency key."""
        wanted = (project_id, actor_key, idempotency_key)
        found = (
            o
            for o in self._tables.operations.values()
            if (o.project_id, o.actor.key, o.idempotency_key) == wanted
        )
        return next((o.model_copy(deep=True) for o in found), None)

    async def list(
        self,
        project_id: str | None,
        resource_id: str | None,
        limit: int,
        states: Collection[OperationState] = frozenset(OperationState),
        actor_key: str | None = None,
    ) -> Sequence[Operation]:
        """Return operations, newest first: of one project, resource or principal, or of all where None."""
        found = [
            o
            for o in self._tables.operations.values()
            if project_id in (None, o.project_id)
            and resource_id in (None, o.resource_id)
            and actor_key in (None, o.actor.key)
            and o.state in states
        ]
        newest_first = sorted(found, key=lambda o: (o.created_at, o.id), reverse=True)
        return [o.model_copy(deep=True) for o in newest_first[:limit]]

    async def add(self, operation: Operation) -> None:
        """Keep a new operation. Raises Conflict where the principal used the idempotency key before."""
        key = operation.idempotency_key
        first = await self.find_by_key(operation.project_id, operation.actor.key, key) if key else None
        if first is not None:
            raise Conflict(
                "this idempotency key was used before",
                field="idempotency_key",
                facts={"operation_id": first.id},
            )
        self._must_run_alone(operation)
        self._tables.operations[operation.id] = operation.model_copy(deep=True)

    async def save(self, operation: Operation, fencing_token: int) -> None:
        """Replace a stored operation whose fencing token is still `fencing_token`.

        Raises:
            NotFound: there is no such operation.
            Conflict: the stored fencing token is another, or another operation runs on the same resource.
        """
        self._must_run_alone(operation)
        stored = self._tables.operations.get(operation.id)
        if stored is None:
            raise NotFound(f"there is no operation {operation.id}", field="operation_id")
        if stored.fencing_token != fencing_token:
            raise Conflict(
                f"operation {operation.id} was taken up by another worker",
                field="operation_id",
                facts={"expected": fencing_token, "fencing_token": stored.fencing_token},
            )
        self._tables.operations[operation.id] = operation.model_copy(deep=True)

    def _must_run_alone(self, operation: Operation) -> None:
        if operation.state not in RUNNING_STATES or not operation.resource_id:
            return
        place = (operation.project_id, operation.resource_id)
        for other in self._tables.operations.values():
            running = other.state in RUNNING_STATES and other.id != operation.id
            if running and (other.project_id, other.resource_id) == place:
                raise Conflict(
                    f"operation {other.id} is running on {operation.resource_id}",
                    field="resource_id",
                    hint="wait until it has settled",
                    facts={"operation_id": other.id, "resource_id": operation.resource_id},
                )
