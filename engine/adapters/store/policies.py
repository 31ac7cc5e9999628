"""Policies in SQL: a row for the object, a row for each version, a row for each attachment by hand."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, tuple_, update

from engine.adapters.store import mapping, policy_mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import AttachmentRow, PolicyRow, PolicyVersionRow, ProjectRow, col
from engine.core.errors import Conflict, NotFound
from engine.core.policy.bonds import Bond, bond
from engine.core.policy.policies import Policy, PolicyVersion
from engine.core.projects import Project


class SqlPolicies:
    """Implements `engine.ports.policies.Policies`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def find(self, name: str) -> Policy | None:
        """Return the policy of that name that is not deleted."""
        named = col(PolicyRow.name) == name, ~col(PolicyRow.deleted)
        document = await self._statements.document(select(col(PolicyRow.document)).where(*named))
        return mapping.decode(Policy, document) if document else None

    async def list(self) -> Sequence[Policy]:
        """Return every policy, deleted ones too, by name; of one name the oldest first."""
        statement = select(col(PolicyRow.document)).order_by(col(PolicyRow.name), col(PolicyRow.id))
        return [mapping.decode(Policy, document) for document in await self._statements.documents(statement)]

    async def save(self, policy: Policy) -> None:
        """Keep a new policy or replace a stored one. Raises Conflict where another one has its name."""
        namesake = await self.find(policy.name)
        if policy.deleted_at is None and namesake is not None and namesake.id != policy.id:
            raise Conflict(
                f"there is a policy {policy.name} already", field="name", hint="choose another name"
            )
        row = policy_mapping.policy_row(policy)
        replaced = update(PolicyRow).where(col(PolicyRow.id) == policy.id).values(row.model_dump())
        if not await self._statements.run(replaced):
            await self._statements.insert(row)


class SqlPolicyVersions:
    """Implements `engine.ports.policies.PolicyVersions`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def find(self, policy_id: str, version: int) -> PolicyVersion | None:
        """Return one version."""
        return (await self.load({policy_id: version})).get(policy_id)

    async def list(self, policy_id: str) -> Sequence[PolicyVersion]:
        """Return every version of a policy, oldest first."""
        all_of_it = select(col(PolicyVersionRow.document)).where(col(PolicyVersionRow.policy_id) == policy_id)
        documents = await self._statements.documents(all_of_it.order_by(col(PolicyVersionRow.version)))
        return [mapping.decode(PolicyVersion, document) for document in documents]

    async def load(self, wanted: Mapping[str, int]) -> Mapping[str, PolicyVersion]:
        """Return one version of each of many policies, both by policy id; one that is missing is left out."""
        named = tuple_(col(PolicyVersionRow.policy_id), col(PolicyVersionRow.version)).in_(wanted.items())
        documents = await self._statements.documents(select(col(PolicyVersionRow.document)).where(named))
        found = [mapping.decode(PolicyVersion, document) for document in documents]
        return {version.id: version for version in found}

    async def add(self, version: PolicyVersion) -> None:
        """Keep a version of a stored policy. Raises Conflict unless its number follows the newest."""
        newest = select(func.max(col(PolicyVersionRow.version)).label("newest"))
        (found,) = await self._statements.rows(newest.where(col(PolicyVersionRow.policy_id) == version.id))
        expected = (found["newest"] or 0) + 1
        if version.version != expected:
            raise Conflict(
                f"policy {version.name} was changed meanwhile: its next version is {expected}",
                field="name",
                hint="read it again and repeat the request",
                facts={"expected": expected},
            )
        await self._statements.insert(policy_mapping.policy_version_row(version))


class SqlAttachments:
    """Implements `engine.ports.policies.Attachments`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def attach(self, project_id: str, policy_id: str) -> None:
        """Attach a policy to a project by hand; again is nothing new. Raises NotFound."""
        await self._must_exist(select(col(ProjectRow.id)).where(col(ProjectRow.id) == project_id), "project")
        await self._must_exist(select(col(PolicyRow.id)).where(col(PolicyRow.id) == policy_id), "policy")
        if project_id not in await self.by_hand(policy_id):
            await self._statements.insert(AttachmentRow(project_id=project_id, policy_id=policy_id))

    async def detach(self, project_id: str, policy_id: str) -> bool:
        """Undo `attach`; False where there was nothing to undo."""
        pair = col(AttachmentRow.project_id) == project_id, col(AttachmentRow.policy_id) == policy_id
        return await self._statements.run(delete(AttachmentRow).where(*pair)) > 0

    async def by_hand(self, policy_id: str) -> Sequence[str]:
        """Return the ids of the projects that a policy is attached to by hand, sorted."""
        projects = select(col(AttachmentRow.project_id)).where(col(AttachmentRow.policy_id) == policy_id)
        return await self._statements.documents(projects.order_by(col(AttachmentRow.project_id)))

    async def bonds(self, project: Project) -> Sequence[Bond]:
        """Return what is attached to a project, by hand or by label, by name; disabled policies too."""
        by_hand: ColumnElement[bool] = col(AttachmentRow.project_id).is_not(None)
        here = and_(
            col(AttachmentRow.policy_id) == col(PolicyRow.id), col(AttachmentRow.project_id) == project.id
        )
        # The labels that call for it are for the core to compare.
        may_be_called = and_(col(PolicyRow.auto), col(PolicyRow.space) == project.space)
        rows = await self._statements.rows(
            select(col(PolicyRow.document), by_hand.label("by_hand"))
            .outerjoin(AttachmentRow, here)
            .where(~col(PolicyRow.deleted), or_(by_hand, may_be_called))
            .order_by(col(PolicyRow.name))
        )
        found = [
            bond(mapping.decode(Policy, row["document"]), project, by_hand=row["by_hand"]) for row in rows
        ]
        return [each for each in found if each is not None]

    async def _must_exist(self, found: Select[str], field: str) -> None:
        if not await self._statements.rows(found):
            raise NotFound(f"there is no such {field}", field=field)
