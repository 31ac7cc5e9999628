"""Where a project's lock stands in the way: the advice is what helps."""

import pytest

from engine.core.operations.states import OperationState
from tests.service.lock_stage import DENIED, OLD_PIN, refused
from tests.service.world import World, outcome

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("5.2.lock_holds")
async def test_a_version_below_what_wrote_the_state_is_not_advised_to_be_locked(world: World) -> None:
    await world.create()
    other = await world.create("more", {"name": "more"}, provider_version="1.0.0")
    assert outcome(other) == DENIED
    assert refused(other) == (
        "leave the version out, or use another project for 1.0.0: it cannot read what 2.0.0 wrote in this one"
    )


@pytest.mark.requirement("5.2.lock_holds")
@pytest.mark.parametrize("asked", ["", "1.0.0"])
async def test_a_locked_version_that_is_not_installed_is_to_be_installed_first(
    world: World, asked: str
) -> None:
    await world.create(provider_version="1.0.0")
    world.engine.mirror.remove(OLD_PIN)
    later = await world.create("more", {"name": "more"}, provider_version=asked)
    assert outcome(later) == (OperationState.FAILED.value, "not_found", "provider_version")
    assert refused(later) == (
        "run `intent provider install testing/fake@1.0.0`, which project demo uses, or else "
        "move it to another: `intent provider lock demo testing/fake --version VERSION`"
    )
