"""The tables of the database, as SQLModel classes. How records become rows is `mapping`'s business.

A row is the record as one canonical JSON `document`, with a column only for what is looked up, ordered by or
constrained. So a record gains a field without a migration, and no field can be forgotten on the way in or
out. Both are written together from one record (`mapping`), and reading trusts the document alone. The audit
chain is the exception: a column for each member and no document, so the digest covers every stored value.

The steps in `migrations/versions` make these tables; a test compares the two.
"""

from typing import ClassVar, Final

from sqlalchemy import Index, MetaData, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel, col

from engine.core.operations.states import RUNNING_STATES

__all__ = [
    "AttachmentRow",
    "AuditHeadRow",
    "AuditRow",
    "DecisionRow",
    "OperationRow",
    "PolicyRow",
    "PolicyVersionRow",
    "ProjectLockRow",
    "ProjectRow",
    "ResourceRow",
    "Row",
    "SampleRow",
    "StepEventRow",
    "StepRow",
    "WaiverRow",
    "col",
]

# Every constraint has a name: SQLite can only drop a named one, and only a migration in batch mode does.
_NAMES: Final = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}
_RUNNING: Final = ", ".join(f"'{state.value}'" for state in sorted(RUNNING_STATES))


class Row(SQLModel):
    """What all tables share: one description of the schema."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)


class ProjectRow(Row, table=True):
    """A project."""

    __tablename__ = "projects"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    document: str = Field(sa_type=Text)


class ResourceRow(Row, table=True):
    """One version of a resource; rows are added, never changed, and go only with their project."""

    __tablename__ = "resource_versions"

    project_id: str = Field(primary_key=True, foreign_key="projects.id", ondelete="CASCADE")
    resource_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    gone: bool
    document: str = Field(sa_type=Text)


class OperationRow(Row, table=True):
    """An operation. It outlives its project, therefore no foreign key."""

    __tablename__ = "operations"
    __table_args__ = (
        UniqueConstraint("project_id", "actor_key", "idempotency_key"),
        # INVARIANT: at most one running operation for each resource; reads of data sources have no resource.
        Index(
            "uq_operations_running",
            "project_id",
            "resource_id",
            unique=True,
            sqlite_where=text(f"state IN ({_RUNNING}) AND resource_id <> ''"),
        ),
        Index("ix_operations_created_at", "created_at", "id"),
        Index("ix_operations_state", "state"),
    )

    id: str = Field(primary_key=True)
    project_id: str
    resource_id: str
    kind: str
    state: str
    actor_key: str
    idempotency_key: str | None
    fencing_token: int
    created_at: str
    document: str = Field(sa_type=Text)
    change_set_id: str | None = Field(index=True)


class StepRow(Row, table=True):
    """A step of an operation's journal."""

    __tablename__ = "steps"

    operation_id: str = Field(primary_key=True, foreign_key="operations.id")
    number: int = Field(primary_key=True)
    document: str = Field(sa_type=Text)


class StepEventRow(Row, table=True):
    """What OpenTofu said in a step; rows are added, never changed."""

    __tablename__ = "step_events"

    operation_id: str = Field(primary_key=True, foreign_key="operations.id")
    step: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    document: str = Field(sa_type=Text)


class ProjectLockRow(Row, table=True):
    """Who has locked a project."""

    __tablename__ = "project_locks"

    project_id: str = Field(primary_key=True, foreign_key="projects.id", ondelete="CASCADE")
    document: str = Field(sa_type=Text)


class DecisionRow(Row, table=True):
    """A decision with the redacted input that it was made on."""

    __tablename__ = "decisions"

    id: str = Field(primary_key=True)
    operation_id: str = Field(index=True)
    document: str = Field(sa_type=Text)
    policy_input: str = Field(sa_type=Text)


class PolicyRow(Row, table=True):
    """A policy, with its newest version without the source: choosing what applies reads this alone."""

    __tablename__ = "policies"
    __table_args__ = (
        # INVARIANT: a name belongs to at most one policy that is not deleted.
        Index("uq_policies_name", "name", unique=True, sqlite_where=text("NOT deleted")),
    )

    id: str = Field(primary_key=True)
    name: str
    space: str
    auto: bool
    deleted: bool
    document: str = Field(sa_type=Text)


class PolicyVersionRow(Row, table=True):
    """One version of a policy; rows are added, never changed or removed."""

    __tablename__ = "policy_versions"

    policy_id: str = Field(primary_key=True, foreign_key="policies.id")
    version: int = Field(primary_key=True)
    document: str = Field(sa_type=Text)


class AttachmentRow(Row, table=True):
    """A policy that is attached to a project by hand."""

    __tablename__ = "attachments"

    project_id: str = Field(primary_key=True, foreign_key="projects.id", ondelete="CASCADE")
    policy_id: str = Field(primary_key=True, foreign_key="policies.id")


class WaiverRow(Row, table=True):
    """A waiver."""

    __tablename__ = "waivers"

    id: str = Field(primary_key=True)
    project_id: str = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    policy_id: str = Field(foreign_key="policies.id")
    document: str = Field(sa_type=Text)


class SampleRow(Row, table=True):
    """A sample of what a policy said."""

    __tablename__ = "samples"
    __table_args__ = (Index("ix_samples_policy_id", "policy_id", "outcome", "at"),)

    id: str = Field(primary_key=True)
    policy_id: str
    outcome: str
    at: str = Field(index=True)
    document: str = Field(sa_type=Text)


class AuditRow(Row, table=True):
    """An entry of the audit chain."""

    __tablename__ = "audit"

    sequence: int = Field(primary_key=True)
    at: str
    actor: str
    event: str
    project_id: str = Field(index=True)
    subject: str
    facts: str = Field(sa_type=Text)
    previous: str
    digest: str


class AuditHeadRow(Row, table=True):
    """The end of the audit chain: one row, kept apart so that a missing tail is noticed."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True)
    sequence: int
    digest: str
