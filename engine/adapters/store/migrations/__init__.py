"""Steps from each schema of the database to the next, run by alembic and started by `schema`."""
