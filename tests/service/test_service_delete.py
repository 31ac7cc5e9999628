"""Delete and eject: the end of a resource, with and without its object."""

from typing import Any

import anyio
import anyio.lowlevel
import pytest

from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service.eject import eject
from engine.testing.engines import ALLOW, DENY
from engine.testing.runners import Moment
from tests.service.world import ADAS, World, outcome

pytestmark = pytest.mark.anyio

NETWORK: dict[str, Any] = {"resource_type": "fake_network"}
SUBNET: dict[str, Any] = {"resource_type": "fake_subnet"}


async def net_and_subnet(world: World) -> None:
    await world.create("net", {"cidr": "10.0.0.0/8"}, **NETWORK)
    await world.create("sub", {"network_id": {"$ref": "net.id"}, "cidr": "10.1.0.0/16"}, **SUBNET)


@pytest.mark.requirement("2.3.delete")
async def test_a_resource_is_deleted_and_its_last_version_says_so(world: World) -> None:
    await world.create()
    done = await world.delete()
    kept = await world.resource()
    assert kept is not None
    assert (done.state, done.proposed_state, kept.version, kept.gone) == (
        OperationState.FINISHED,
        None,
        2,
        True,
    )
    assert done.current_state is not None
    assert (await world.living(), world.engine.cloud.objects) == ([], {})


@pytest.mark.requirement("2.3.delete")
async def test_a_resource_that_others_need_is_not_deleted_before_them(world: World) -> None:
    await net_and_subnet(world)
    refused = await world.delete("net")
    assert outcome(refused) == ("FAILED", "conflict", "resource_id")
    assert refused.error is not None
    assert (refused.error.facts, refused.error.hint) == (
        {"dependents": ["sub"]},
        "delete or change these first; `intent delete --cascade` deletes them with it",
    )
    assert (await world.delete("sub")).state is OperationState.FINISHED
    assert (await world.delete("net")).state is OperationState.FINISHED
    assert world.engine.cloud.objects == {}


async def test_a_deletion_that_the_policies_deny_leaves_everything(world: World) -> None:
    await world.create()
    await world.govern(DENY)
    assert (await world.delete()).state is OperationState.DENIED
    assert await world.living() == ["logs"]
    assert len(world.engine.cloud.objects) == 1


async def test_deleting_an_object_that_is_gone_already_ends_its_record(world: World) -> None:
    await world.create()
    world.engine.cloud.objects.clear()
    await world.govern(ALLOW)
    done = await world.delete()
    assert (done.state, done.missing) == (OperationState.FINISHED, True)
    assert await world.living() == []


async def test_a_dry_deletion_deletes_nothing(world: World) -> None:
    await world.create()
    dry = await world.delete(dry_run=True)
    assert (dry.state, dry.plan_summary.summary if dry.plan_summary else "") == (
        OperationState.FINISHED,
        "delete",
    )
    assert await world.living() == ["logs"]


@pytest.mark.requirement("2.3.eject")
async def test_an_ejected_resource_is_forgotten_and_its_object_stays(world: World) -> None:
    await world.create()
    done = await world.do(eject(world.services, ADAS, "demo", resource_id="logs"))
    assert (done.state, done.applied_at, done.resource_type) == (
        OperationState.FINISHED,
        None,
        "fake_bucket",
    )
    assert await world.living() == []
    assert list(world.engine.cloud.objects) == [("fake_bucket", "logs")]
    back = await world.import_("logs")
    assert back.state is OperationState.FINISHED


async def test_what_others_need_is_not_ejected_and_what_is_not_there_cannot_be(world: World) -> None:
    await net_and_subnet(world)
    refused = await world.do(eject(world.services, ADAS, "demo", resource_id="net"))
    assert outcome(refused) == ("FAILED", "conflict", "resource_id")
    refused = await world.do(eject(world.services, ADAS, "demo", resource_id="nte"))
    assert outcome(refused) == ("FAILED", "not_found", "resource_id")
    assert await world.living() == ["net", "sub"]


async def test_a_deletion_that_crosses_the_creation_of_a_dependent_is_refused(world: World) -> None:
    await world.create("net", {"cidr": "10.0.0.0/8"}, **NETWORK)
    refused: list[Operation] = []

    async def delete_the_network(job: Job) -> None:
        if job.name == "sub":
            refused.append(await world.delete("net"))

    world.engine.runner.hooks["apply"] = delete_the_network
    made = await world.create("sub", {"network_id": {"$ref": "net.id"}, "cidr": "10.1.0.0/16"}, **SUBNET)
    assert made.state is OperationState.FINISHED
    assert [outcome(each) for each in refused] == [("FAILED", "conflict", "resource_id")]
    assert sorted(await world.living()) == ["net", "sub"]


@pytest.mark.parametrize("moment", ["apply", "applied"])
async def test_a_creation_that_crosses_the_deletion_of_what_it_needs_is_refused(
    world: World, moment: Moment
) -> None:
    await world.create("net", {"cidr": "10.0.0.0/8"}, **NETWORK)
    planned = anyio.Event()
    go_on = anyio.Event()
    made: list[Operation] = []

    async def wait(job: Job) -> None:
        if job.name == "sub":
            planned.set()
            await go_on.wait()

    async def let_go(job: Job) -> None:
        if job.name == "net":
            go_on.set()
            with anyio.fail_after(5):
                while not made:
                    await anyio.lowlevel.checkpoint()

    async def make() -> None:
        config = {"network_id": {"$ref": "net.id"}, "cidr": "10.1.0.0/16"}
        made.append(await world.create("sub", config, **SUBNET))

    world.engine.runner.hooks.update({"planned": wait, moment: let_go})
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(make)
        with anyio.fail_after(5):
            await planned.wait()
        assert (await world.delete("net")).state is OperationState.FINISHED
    assert [outcome(each) for each in made] == [("FAILED", "conflict", "depends_on")]
    assert (await world.living(), world.engine.cloud.objects) == ([], {})


async def test_an_eject_that_crosses_the_creation_of_a_dependent_is_refused(world: World) -> None:
    await world.create("net", {"cidr": "10.0.0.0/8"}, **NETWORK)
    refused: list[Operation] = []

    async def eject_the_network(_job: Job) -> None:
        asked = await eject(world.services, ADAS, "demo", resource_id="net")
        refused.append(await world.run(asked))

    world.engine.runner.hooks["apply"] = eject_the_network
    await world.create("sub", {"network_id": {"$ref": "net.id"}, "cidr": "10.1.0.0/16"}, **SUBNET)
    assert [outcome(each) for each in refused] == [("FAILED", "conflict", "resource_id")]
    assert sorted(await world.living()) == ["net", "sub"]


async def test_a_resource_is_deleted_although_what_it_needed_is_no_longer_remembered(world: World) -> None:
    await net_and_subnet(world)
    async with world.services.store.transaction() as transaction:
        project = await transaction.projects.find("demo")
        assert project is not None
        net = await transaction.resources.find(project.id, "net")
        assert net is not None
        await transaction.resources.save(net.ended(operation_id=net.operation_id, at=net.created_at))
    assert (await world.delete("sub")).state is OperationState.FINISHED
    assert await world.living() == []
