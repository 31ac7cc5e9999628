"""Alembic's entry: runs the steps on the connection it is handed, within that connection's transaction.

Steps that change a table must use `op.batch_alter_table`: SQLite cannot alter most of a table in place.
"""

from alembic import context

from engine.adapters.store.tables import Row

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Row.metadata, render_as_batch=True
)
context.run_migrations()
