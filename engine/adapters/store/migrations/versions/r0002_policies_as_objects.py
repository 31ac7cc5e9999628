"""Policies become objects: space, labels, enabled or not, deleted or not; and waivers and samples.

SQLite cannot take the unique name off a table that others refer to, so the three tables of policies are
read, dropped with those that refer first, made anew and filled again.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.core.digest import canonical_json, digest

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep every policy, version and attachment, and make the new tables."""
    policies = [_object(*row) for row in _rows(_NEWEST)]
    versions = _rows("SELECT policy_id, version, document FROM policy_versions")
    attachments = _rows("SELECT project_id, policy_id FROM attachments")
    for table in ("attachments", "policy_versions", "policies"):
        op.drop_table(table)
    _make_policies()
    _fill("policies", ("id", "name", "space", "auto", "deleted", "document"), policies)
    _fill("policy_versions", ("policy_id", "version", "document"), versions)
    _fill("attachments", ("project_id", "policy_id"), attachments)
    _make_waivers_and_samples()


_NEWEST = """
SELECT p.id, p.name, v.document FROM policies AS p JOIN policy_versions AS v ON v.policy_id = p.id
WHERE v.version = (SELECT max(version) FROM policy_versions WHERE policy_id = p.id)
"""


def _rows(statement: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in op.get_bind().exec_driver_sql(statement)]


def _fill(table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    if rows:
        target = sa.table(table, *(sa.column(name) for name in columns))
        op.bulk_insert(target, [dict(zip(columns, row, strict=True)) for row in rows])


def _object(policy_id: str, name: str, newest: str) -> tuple[Any, ...]:
    """Return the new row of a policy, made of its newest version."""
    version = json.loads(newest)
    document = {
        "id": policy_id,
        "name": name,
        "space": "root",
        "labels": [],
        "enabled": True,
        "deleted_at": None,
        # The first versions had no parameters, and nobody read what they said about themselves.
        "digest": digest([version["rego_version"], version["source"]]),
        "metadata": {},
        **{key: version[key] for key in ("version", "rego_version", "created_at", "created_by")},
    }
    return policy_id, name, "root", False, False, canonical_json(document).decode()


def _make_policies() -> None:
    op.create_table(
        "policies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("space", sa.String(), nullable=False),
        sa.Column("auto", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policies"),
    )
    op.create_index(
        "uq_policies_name", "policies", ["name"], unique=True, sqlite_where=sa.text("NOT deleted")
    )
    op.create_table(
        "policy_versions",
        sa.Column("policy_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("policy_id", "version", name="pk_policy_versions"),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name="fk_policy_versions_policy_id"),
    )
    op.create_table(
        "attachments",
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("policy_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "policy_id", name="pk_attachments"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_attachments_project_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name="fk_attachments_policy_id"),
    )


def _make_waivers_and_samples() -> None:
    op.create_table(
        "waivers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("policy_id", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_waivers"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_waivers_project_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name="fk_waivers_policy_id"),
    )
    op.create_index("ix_waivers_project_id", "waivers", ["project_id"])
    op.create_table(
        "samples",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("policy_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_samples"),
    )
    op.create_index("ix_samples_policy_id", "samples", ["policy_id", "outcome", "at"])
    op.create_index("ix_samples_at", "samples", ["at"])
