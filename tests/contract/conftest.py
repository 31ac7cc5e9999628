"""The implementations of each port that the contract suites run against."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.adapters.store.unit_of_work import open_store
from engine.ports.store import Store
from engine.testing.stores import MemoryStore


@pytest.fixture(params=["memory", "sql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Return an empty store of each kind."""
    if request.param == "memory":
        yield MemoryStore()
    else:
        async with open_store(f"sqlite:///{tmp_path / 'intent.db'}") as opened:
            yield opened
