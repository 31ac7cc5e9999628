"""Running statements within one transaction: the only way in which the repositories reach the database."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
from anyio.lowlevel import checkpoint_if_cancelled
from sqlalchemy import CursorResult, Executable, RowMapping, Select, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.adapters.store.failures import store_errors
from engine.adapters.store.tables import Row


class Statements:
    """A connection in a transaction; every method raises StoreFailed where the database fails."""

    def __init__(self, connection: AsyncConnection, path: Path) -> None:
        self._connection = connection
        self._path = path

    async def documents(self, statement: Select[str]) -> Sequence[str]:
        """Return the one column of all rows."""
        return (await self._execute(statement)).scalars().all()

    async def document(self, statement: Select[str]) -> str | None:
        """Return the one column of the first row, or None where there is no row."""
        return next(iter(await self.documents(statement)), None)

    async def rows(self, statement: Select[*tuple[Any, ...]]) -> Sequence[RowMapping]:
        """Return all rows, by the names of their columns."""
        return (await self._execute(statement)).mappings().all()

    async def insert(self, row: Row) -> None:
        """Add a row."""
        await self._execute(insert(type(row)).values(row.model_dump()))

    async def run(self, statement: Executable) -> int:
        """Run a statement that changes rows and return how many it found."""
        return (await self._execute(statement)).rowcount

    async def _execute(self, statement: Executable) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement to its end and return the whole result; cancellation is noticed before it."""
        await checkpoint_if_cancelled()
        # A statement given up half-way would lose its connection, and that would keep the file locked.
        with anyio.CancelScope(shield=True), store_errors(self._path):
            result = await self._connection.execute(statement)
        return result  # noqa: RET504 - to mypy a cancel scope may swallow what a return within it says
