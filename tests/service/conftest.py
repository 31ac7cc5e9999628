"""The worlds in which the tests of the use cases act."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.testing.registry_standin import RegistryStandIn
from tests.service.depot_stage import Site
from tests.service.world import World, new_world


@pytest.fixture
async def world() -> World:
    """Return an engine of fakes with the empty project `demo`, without policies."""
    return await new_world()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Return an empty provider cache beside a registry that offers four versions of hashicorp/null."""
    with RegistryStandIn() as registry:
        made = Site(tmp_path / "mirror", registry)
        made.offer("2.9.0", "3.0.0", "3.1.0", "4.0.0-beta1")
        yield made
