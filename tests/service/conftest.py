"""The world in which the tests of the use cases act."""

import pytest

from tests.service.world import World, new_world


@pytest.fixture
async def world() -> World:
    """Return an engine of fakes with the empty project `demo`, without policies."""
    return await new_world()
