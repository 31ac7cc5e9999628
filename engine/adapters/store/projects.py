"""Projects in SQL."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from engine.adapters.store import mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import ProjectRow, col
from engine.core.errors import Conflict, NotFound
from engine.core.projects import Project


class SqlProjects:
    """Implements `engine.ports.store.Projects`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def find(self, name: str) -> Project | None:
        """Return the project of that name."""
        document = await self._statements.document(
            select(col(ProjectRow.document)).where(col(ProjectRow.name) == name)
        )
        return mapping.decode(Project, document) if document else None

    async def list(self) -> Sequence[Project]:
        """Return all projects by name."""
        documents = await self._statements.documents(
            select(col(ProjectRow.document)).order_by(col(ProjectRow.name))
        )
        return [mapping.decode(Project, document) for document in documents]

    async def add(self, project: Project) -> None:
        """Keep a new project. Raises Conflict where the name is taken."""
        await self._must_be_free(project)
        await self._statements.insert(mapping.project_row(project))

    async def save(self, project: Project) -> None:
        """Replace a stored project. Raises NotFound, and Conflict where its new name is taken."""
        await self._must_be_free(project)
        row = mapping.project_row(project)
        statement = update(ProjectRow).where(col(ProjectRow.id) == project.id).values(row.model_dump())
        if not await self._statements.run(statement):
            raise NotFound(f"there is no project {project.name}", field="project")

    async def remove(self, project_id: str) -> None:
        """Forget a project, its attachments, waivers and resources' versions; operations and audit stay."""
        await self._statements.run(delete(ProjectRow).where(col(ProjectRow.id) == project_id))

    async def _must_be_free(self, project: Project) -> None:
        namesake = await self.find(project.name)
        if namesake is not None and namesake.id != project.id:
            raise Conflict(
                f"there is a project {project.name} already", field="project", hint="choose another name"
            )
