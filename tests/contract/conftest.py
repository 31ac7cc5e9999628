"""The implementations of each port that the contract suites run against."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from engine.adapters.store.unit_of_work import open_store
from engine.ports.store import Store
from engine.testing.stores import MemoryStore
from tests.contract.runner_benches import Bench, fake_bench, real_bench


@pytest.fixture(params=["memory", "sql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Return an empty store of each kind."""
    if request.param == "memory":
        yield MemoryStore()
    else:
        async with open_store(f"sqlite:///{tmp_path / 'intent.db'}") as opened:
            yield opened


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.integration)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    """Return a runner of each kind."""
    if request.param == "fake":
        return fake_bench()
    return real_bench(request.getfixturevalue("moto"), tmp_path / "work")


@pytest.fixture
def name() -> str:
    """Return a name of the cloud that no other test uses: the mock cloud is shared."""
    return f"it-{uuid4()}"
