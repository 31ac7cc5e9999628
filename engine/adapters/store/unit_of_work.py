"""Transactions on one SQLite file, and opening it. What they read and write is the repositories' business."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import cast

import anyio
from sqlalchemy.ext.asyncio import AsyncEngine

from engine.adapters.store.database import connect, create_file, database_path
from engine.adapters.store.failures import store_errors
from engine.adapters.store.schema import upgrade
from engine.adapters.store.statements import Statements
from engine.adapters.store.transaction import SqlTransaction
from engine.ports.store import Transaction


class SqlStore:
    """Implements `engine.ports.store.Store`; a task that nests transactions gets a RuntimeError."""

    def __init__(self, engine: AsyncEngine, path: Path) -> None:
        self._engine = engine
        self._path = path
        # Within the process tasks queue here, in order, instead of polling the file's lock.
        self._turn = anyio.Lock()

    def transaction(self) -> AbstractAsyncContextManager[Transaction, None]:
        """Open a transaction; it commits when the context ends without an exception, else rolls back.

        Its beginning and its end are shielded from cancellation: it has happened as a whole or not at all.
        """
        # The type of the generator cannot say that it swallows no exception.
        return cast("AbstractAsyncContextManager[Transaction, None]", self._transaction())

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        async with self._turn:
            connection = self._engine.connect()
            try:
                with anyio.CancelScope(shield=True), store_errors(self._path):
                    await connection.start()
                    await connection.begin()
                yield SqlTransaction(Statements(connection, self._path))
                with anyio.CancelScope(shield=True), store_errors(self._path):
                    await connection.commit()
            finally:
                # What was not committed is rolled back.
                with anyio.CancelScope(shield=True), store_errors(self._path):
                    await connection.close()


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[SqlStore]:
    """Open the database of a URL (`sqlite:///FILE`), made where it is missing, brought to the newest schema.

    Raises:
        StoreFailed: the URL is not supported, or the file cannot be made, opened, read, written or migrated.
    """
    path = database_path(url)
    await anyio.to_thread.run_sync(create_file, path)
    engine = connect(path)
    try:
        with anyio.CancelScope(shield=True), store_errors(path):
            async with engine.begin() as connection:
                await connection.run_sync(upgrade, path)
        yield SqlStore(engine, path)
    finally:
        with anyio.CancelScope(shield=True):
            await engine.dispose()
