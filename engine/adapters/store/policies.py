"""Policies and their attachments in SQL: a row for the name, a row for each version, a row for each bond."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.orm import aliased

from engine.adapters.store import mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import AttachmentRow, PolicyRow, PolicyVersionRow, ProjectRow, col
from engine.core.errors import Conflict, NotFound
from engine.core.policy.policies import PolicyVersion


class SqlPolicies:
    """Implements `engine.ports.store.Policies`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def find(self, name: str, version: int | None = None) -> PolicyVersion | None:
        """Return one version of a policy, the newest where none is named."""
        named = _newest() if version is None else _versions().where(col(PolicyVersionRow.version) == version)
        document = await self._statements.document(named.where(col(PolicyRow.name) == name))
        return mapping.decode(PolicyVersion, document) if document else None

    async def list(self) -> Sequence[PolicyVersion]:
        """Return the newest version of each policy by name."""
        documents = await self._statements.documents(_newest())
        return [mapping.decode(PolicyVersion, document) for document in documents]

    async def add(self, policy: PolicyVersion) -> None:
        """Keep a version. Raises Conflict unless its number follows the newest of that name and id."""
        newest = await self.find(policy.name)
        expected = 1 if newest is None else newest.version + 1
        if policy.version != expected:
            raise Conflict(
                f"policy {policy.name} was changed meanwhile: its next version is {expected}",
                field="name",
                hint="read it again and repeat the request",
                facts={"expected": expected},
            )
        same = or_(col(PolicyRow.id) == policy.id, col(PolicyRow.name) == policy.name)
        known = await self._statements.rows(select(col(PolicyRow.id), col(PolicyRow.name)).where(same))
        if any((row["id"], row["name"]) != (policy.id, policy.name) for row in known):
            raise Conflict(
                f"policy {policy.name} and the id {policy.id} do not belong together", field="name"
            )
        if not known:
            await self._statements.insert(PolicyRow(id=policy.id, name=policy.name))
        await self._statements.insert(mapping.policy_version_row(policy))


class SqlAttachments:
    """Implements `engine.ports.store.Attachments`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def attach(self, project_id: str, policy_id: str) -> None:
        """Bind a project to a policy, now and later; again is nothing new. Raises NotFound."""
        await self._must_exist(select(col(ProjectRow.id)).where(col(ProjectRow.id) == project_id), "project")
        await self._must_exist(select(col(PolicyRow.id)).where(col(PolicyRow.id) == policy_id), "policy")
        bond = select(col(AttachmentRow.policy_id)).where(*_bond(project_id, policy_id))
        if not await self._statements.rows(bond):
            await self._statements.insert(AttachmentRow(project_id=project_id, policy_id=policy_id))

    async def detach(self, project_id: str, policy_id: str) -> bool:
        """Free a project of a policy; False where it was not bound."""
        return await self._statements.run(delete(AttachmentRow).where(*_bond(project_id, policy_id))) > 0

    async def bound(self, project_id: str) -> Sequence[PolicyVersion]:
        """Return the newest versions of the policies that bind a project, by name."""
        attached = select(col(AttachmentRow.policy_id)).where(col(AttachmentRow.project_id) == project_id)
        documents = await self._statements.documents(_newest().where(col(PolicyRow.id).in_(attached)))
        return [mapping.decode(PolicyVersion, document) for document in documents]

    async def _must_exist(self, found: Select[str], field: str) -> None:
        if not await self._statements.rows(found):
            raise NotFound(f"there is no such {field}", field=field)


def _versions() -> Select[str]:
    return (
        select(col(PolicyVersionRow.document))
        .join(PolicyRow, col(PolicyRow.id) == col(PolicyVersionRow.policy_id))
        .order_by(col(PolicyRow.name))
    )


def _newest() -> Select[str]:
    other = aliased(PolicyVersionRow)
    last = select(func.max(col(other.version))).where(col(other.policy_id) == col(PolicyVersionRow.policy_id))
    return _versions().where(col(PolicyVersionRow.version) == last.scalar_subquery())


def _bond(project_id: str, policy_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(AttachmentRow.project_id) == project_id, col(AttachmentRow.policy_id) == policy_id
