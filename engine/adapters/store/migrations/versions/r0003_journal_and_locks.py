"""The journal of operations, change sets, and locks on projects; what ended operations need no more goes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and what operations are looked up by."""
    op.add_column("operations", sa.Column("change_set_id", sa.String(), nullable=True))
    op.create_index("ix_operations_change_set_id", "operations", ["change_set_id"])
    op.create_index("ix_operations_state", "operations", ["state"])
    # What was asked for may hold secrets, and nobody noted which; from here on they go with the end.
    op.execute(
        "UPDATE operations SET document = json_set(document, '$.request.config', NULL)"
        " WHERE state IN ('FINISHED', 'FAILED', 'DENIED', 'REJECTED', 'EXPIRED', 'CANCELLED')"
    )
    op.create_table(
        "steps",
        sa.Column("operation_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("operation_id", "number", name="pk_steps"),
        sa.ForeignKeyConstraint(["operation_id"], ["operations.id"], name="fk_steps_operation_id"),
    )
    op.create_table(
        "step_events",
        sa.Column("operation_id", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("operation_id", "step", "number", name="pk_step_events"),
        sa.ForeignKeyConstraint(["operation_id"], ["operations.id"], name="fk_step_events_operation_id"),
    )
    op.create_table(
        "project_locks",
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name="pk_project_locks"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_project_locks_project_id", ondelete="CASCADE"
        ),
    )
