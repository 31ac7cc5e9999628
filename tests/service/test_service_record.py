"""Recording inputs with fakes: what is asked of the runner, and what is refused before."""

from typing import Any

import pytest

from engine.core.errors import InvalidInput, NotFound
from engine.core.policy.input import PolicyInput
from engine.ports.runner import Job
from engine.service.policies.record import record
from engine.service.policies.rehearsal import Recording
from tests.service.world import BUCKET, World

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("3.4.record")]


def wanted(**changes: Any) -> Recording:
    given: dict[str, Any] = {
        "operation": "create",
        "resource_type": "fake_bucket",
        "provider": "testing/fake",
        "config": BUCKET,
    }
    return Recording(**{**given, **changes})


async def recorded(world: World, **changes: Any) -> dict[str, Any]:
    async def hear(text: str) -> None:
        world.said.append(text)

    return dict(await record(world.services, wanted(**changes), hear))


async def test_a_create_is_planned_and_nothing_is_stored(world: World) -> None:
    document = await recorded(world, settings={"region": "a"})
    assert PolicyInput.model_validate(document).document() == document
    assert document["resource"]["proposed_state"]["name"] == "logs"
    assert (document["provider_config"], document["project"]["resource_count"]) == ({"region": "a"}, 0)
    assert document == await recorded(world, settings={"region": "a"})
    assert (await world.living(), world.engine.cloud.objects) == ([], {})


async def test_a_change_starts_from_the_given_state_and_asks_no_cloud(world: World) -> None:
    jobs: list[Job] = []

    async def look(job: Job) -> None:
        jobs.append(job)

    world.engine.runner.hooks["plan"] = look
    await recorded(world, operation="delete", config=None, current={"name": "logs"})
    (job,) = jobs
    assert (job.kind, job.refresh, job.config) == ("delete", False, {})
    assert job.state is not None
    assert job.state.attributes == {
        "id": "example",
        "name": "logs",
        "acl": None,
        "arn": None,
        "size": None,
        "tags": None,
        "rule": [],
    }


async def test_secrets_are_redacted(world: World) -> None:
    config = {"name": "key", "value": "c4n4ry-s3cret"}
    document = await recorded(world, resource_type="fake_secret", config=config)
    assert document["resource"]["proposed_state"]["value"] == "(sensitive value)"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"operation": "refresh"}, "operation"),
        ({"operation": "update"}, "current"),
        ({"operation": "delete", "config": None}, "current"),
        ({"current": {"name": "x"}}, "current"),
        ({"operation": "delete", "current": {"name": "x"}}, "config"),
        ({"operation": "update", "current": {"nmae": "x"}}, "current.nmae"),
        ({"config": {"nmae": "x"}}, "config.nmae"),
        ({"config": {"name": {"$ref": "other.id"}}}, "config.name"),
        ({"settings": {"token": "x"}}, "provider_config[testing/fake].token"),
        ({"resource_id": "a b"}, "resource_id"),
    ],
)
async def test_what_cannot_be_planned_is_refused_by_name(
    world: World, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await recorded(world, **changes)
    assert refused.value.field == field


async def test_a_type_that_is_not_at_hand_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        await recorded(world, resource_type="fake_buckets")
