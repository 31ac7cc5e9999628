"""Resources in SQL: every version is a row."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from engine.adapters.store import mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import ProjectRow, ResourceRow, col
from engine.core.errors import Conflict
from engine.core.resources import Resource


class SqlResources:
    """Implements `engine.ports.store.Resources`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def find(self, project_id: str, resource_id: str) -> Resource | None:
        """Return the newest version, also one that records the end; None where there never was one."""
        document = await self._statements.document(
            select(col(ResourceRow.document))
            .where(col(ResourceRow.project_id) == project_id, col(ResourceRow.resource_id) == resource_id)
            .order_by(col(ResourceRow.version).desc())
            .limit(1)
        )
        return mapping.decode(Resource, document) if document else None

    async def list(self, project_id: str) -> Sequence[Resource]:
        """Return the newest version of each living resource, by resource id."""
        other = aliased(ResourceRow)
        newest = (
            select(func.max(col(other.version)))
            .where(
                col(other.project_id) == col(ResourceRow.project_id),
                col(other.resource_id) == col(ResourceRow.resource_id),
            )
            .scalar_subquery()
        )
        documents = await self._statements.documents(
            select(col(ResourceRow.document))
            .where(
                col(ResourceRow.project_id) == project_id,
                col(ResourceRow.version) == newest,
                col(ResourceRow.gone).is_(False),
            )
            .order_by(col(ResourceRow.resource_id))
        )
        return [mapping.decode(Resource, document) for document in documents]

    async def versions(self, project_id: str, resource_id: str) -> Sequence[Resource]:
        """Return every version, oldest first."""
        documents = await self._statements.documents(
            select(col(ResourceRow.document))
            .where(col(ResourceRow.project_id) == project_id, col(ResourceRow.resource_id) == resource_id)
            .order_by(col(ResourceRow.version))
        )
        return [mapping.decode(Resource, document) for document in documents]

    async def save(self, resource: Resource) -> None:
        """Keep a new version. Raises Conflict unless its number follows the newest of a stored project."""
        newest = await self.find(resource.project_id, resource.resource_id)
        expected = 1 if newest is None else newest.version + 1
        if resource.version != expected:
            raise Conflict(
                f"{resource.resource_id} was changed meanwhile: its next version is {expected}",
                field="resource_id",
                hint="read it again and repeat the request",
                facts={"expected": expected},
            )
        if not await self._statements.rows(
            select(col(ProjectRow.id)).where(col(ProjectRow.id) == resource.project_id)
        ):
            raise Conflict(
                f"the project of {resource.resource_id} was deleted meanwhile",
                field="project",
                hint="the object may exist in the cloud: import it into another project",
            )
        await self._statements.insert(mapping.resource_row(resource))
