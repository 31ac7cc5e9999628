"""Bringing an earlier version of a resource back, and seeing which there are."""

from typing import Any

import pytest

from engine.core.auth.principals import Principal, assistant
from engine.core.errors import Conflict, EngineError, NotFound
from engine.core.operations.operation import Operation
from engine.service.history import history
from engine.service.list_versions import VersionLine, list_versions
from engine.service.restore import restore
from engine.testing.engines import ALLOW, DENY, UNDECIDED
from tests.service.world import ADA, ADAS, World

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.4.restore")]

FIRST: dict[str, Any] = {"name": "logs", "tags": {"env": "dev"}}


async def back(world: World, version: int, *, by: Principal = ADAS, **more: Any) -> Operation:
    return await world.do(restore(world.services, by, "demo", resource_id="logs", version=version, **more))


async def lines(world: World, by: Principal = ADA) -> tuple[VersionLine, ...]:
    return (await list_versions(world.services, by, "demo", "logs")).versions


async def changed_twice(world: World) -> None:
    """Make a bucket with three versions: tags, then another acl, then other tags and a size."""
    await world.create("logs", FIRST)
    await world.update({"acl": "public"})
    await world.update({"tags": {"env": "prod"}, "size": 2})


async def test_an_earlier_version_of_what_lives_replaces_the_configuration(world: World) -> None:
    await changed_twice(world)
    done = await back(world, 1)
    assert (done.kind.value, done.state.value, done.request.restores) == ("update", "FINISHED", 1)
    kept = await world.resource()
    assert kept is not None
    assert (kept.version, kept.config) == (4, FIRST)
    found = world.engine.cloud.objects["fake_bucket", "logs"]
    # What the provider fills in where nobody asks for it stays as it is.
    assert (found["tags"], found["acl"], found["size"]) == ({"env": "dev"}, "public", None)


async def test_a_version_of_what_has_ended_is_made_anew(world: World) -> None:
    await changed_twice(world)
    await world.delete()
    done = await back(world, 2)
    assert (done.kind.value, done.state.value, done.provider_version) == ("create", "FINISHED", "2.0.0")
    kept = await world.resource()
    assert kept is not None
    assert (kept.version, kept.gone, kept.config) == (5, False, {**FIRST, "acl": "public"})
    assert world.engine.cloud.writes[-1] == ("create", "fake_bucket", "logs")


async def test_what_was_brought_back_is_told_by_report_and_history(world: World) -> None:
    await changed_twice(world)
    done = await back(world, 2)
    assert (await world.report(done)).operation.restores == 2
    listed = await history(world.services, ADA, "demo", resource_id="logs", limit=10)
    assert [(line.kind, line.restores) for line in listed.operations] == [
        ("update", 2),
        ("update", None),
        ("update", None),
        ("create", None),
    ]


async def test_the_gate_is_the_same_as_for_any_change(world: World) -> None:
    await changed_twice(world)
    await world.govern(DENY)
    assert (await back(world, 1)).state.value == "DENIED"
    await world.govern(UNDECIDED)
    assert (await back(world, 1)).state.value == "PENDING_REVIEW"
    await world.govern(ALLOW)
    rehearsed = await back(world, 1, dry_run=True)
    assert (rehearsed.state.value, (await lines(world))[0].version) == ("FINISHED", 3)


async def refusal(world: World, version: int, resource_id: str = "logs") -> tuple[str, str | None, str]:
    with pytest.raises(EngineError) as refused:
        await restore(world.services, ADAS, "demo", resource_id=resource_id, version=version)
    return refused.value.code, refused.value.field, refused.value.message


async def test_a_version_that_cannot_be_brought_back_is_refused_with_the_reason(world: World) -> None:
    await changed_twice(world)
    assert await refusal(world, 3) == ("conflict", "version", "version 3 of logs is the present one")
    for unknown in (0, 4, -1):
        assert await refusal(world, unknown) == ("not_found", "version", f"logs has no version {unknown}")
    assert await refusal(world, 1, "zoo") == (
        "not_found",
        "resource_id",
        "project demo never had a resource zoo",
    )
    await world.delete()
    assert await refusal(world, 4) == (
        "conflict",
        "version",
        "version 4 of logs records its end: there is nothing to bring back",
    )
    await world.create("logs", {"cidr": "10.0.0.0/8"}, resource_type="fake_network")
    assert await refusal(world, 1) == (
        "conflict",
        "version",
        "version 1 of logs was a fake_bucket, now it is a fake_network",
    )


async def test_what_a_version_refers_to_must_still_be_there(world: World) -> None:
    await world.create("other", {"name": "other"})
    await world.create("logs", {"name": "logs", "acl": {"$ref": "other.acl"}})
    await world.update({"name": "logs", "acl": "private"}, mode="replace")
    kept = await world.resource()
    assert kept is not None
    assert kept.depends_on == ()
    await world.delete("other")
    failed = await back(world, 1)
    assert failed.error is not None
    assert (failed.state.value, failed.error.code, failed.error.message) == (
        "FAILED",
        "invalid_input",
        "there is no resource other to refer to",
    )


async def test_the_dependencies_that_were_named_come_back_with_the_version(world: World) -> None:
    await world.create("other", {"name": "other"})
    await world.create("logs", FIRST)
    await world.delete()
    await world.create("logs", FIRST, depends_on=("other",))
    await back(world, 1)
    kept = await world.resource()
    assert kept is not None
    assert kept.depends_on == ()
    await back(world, 3)
    kept = await world.resource()
    assert kept is not None
    assert kept.depends_on == ("other",)


async def test_the_same_key_gives_the_same_restoration_whatever_came_of_it(world: World) -> None:
    await changed_twice(world)
    await world.delete()
    done = await back(world, 1, idempotency_key="k")
    assert (await back(world, 1, idempotency_key="k")).id == done.id
    with pytest.raises(Conflict):
        await back(world, 2, idempotency_key="k")
    assert len(await lines(world)) == 5


async def test_versions_are_listed_with_when_by_what_and_what_changed(world: World) -> None:
    await changed_twice(world)
    await world.delete()
    found = await lines(world)
    assert [(v.version, v.kind, v.actor, v.changed, v.ended, v.summary) for v in found] == [
        (4, "delete", "ada", (), True, "delete"),
        (3, "update", "ada", ("size", "tags"), False, "update size, tags"),
        (2, "update", "ada", ("acl",), False, "update acl"),
        (1, "create", "ada", ("name", "tags"), False, "create"),
    ]
    assert {line.created_at for line in found} == {"2026-01-02T03:04:05.678901+00:00"}
    stranger = await lines(world, assistant("bob", "claude"))
    assert {(v.operation_id, v.kind, v.actor, v.summary) for v in stranger} == {("", "", "", "")}
    with pytest.raises(NotFound) as refused:
        await list_versions(world.services, ADA, "demo", "zoo")
    assert (refused.value.field, refused.value.hint) == (
        "resource_id",
        "`intent project show demo` lists what it has",
    )
