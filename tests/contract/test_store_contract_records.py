"""What `engine.ports.store` promises of projects, resources and the audit chain, for every store alike."""

from datetime import timedelta, timezone

import pytest

from engine.core.audit import verify
from engine.core.errors import Conflict, NotFound
from engine.ports.store import Store
from engine.testing import builders as new

pytestmark = pytest.mark.anyio


async def test_project_names_are_unique_and_listed_in_order(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.projects.add(new.project(name="zoo", id="z"))
        await tx.projects.add(new.project(name="Ant", id="a"))
        await tx.projects.add(new.project(name="ant", id="b"))
        assert [p.name for p in await tx.projects.list()] == ["Ant", "ant", "zoo"]
        with pytest.raises(Conflict, match="there is a project zoo already"):
            await tx.projects.add(new.project(name="zoo", id="y"))
        with pytest.raises(Conflict, match="there is a project zoo already"):
            await tx.projects.save(new.project(name="zoo", id="a"))


async def test_a_project_that_is_not_stored_cannot_be_saved(store: Store) -> None:
    async with store.transaction() as tx:
        with pytest.raises(NotFound, match="there is no project demo"):
            await tx.projects.save(new.project())


async def test_every_version_of_a_resource_is_kept_without_gaps(store: Store) -> None:
    first = new.resource()
    second = new.resource(version=2, config={"bucket": "logs", "tags": {"a": "1"}})
    end = second.ended(operation_id=new.identifier(9), at=new.MOMENT)
    again = new.resource(version=4)
    async with store.transaction() as tx:
        await tx.projects.add(new.project())
        for number in (0, 2):
            with pytest.raises(Conflict, match="its next version is 1"):
                await tx.resources.save(new.resource(version=number))
        for resource in (first, second, end):
            await tx.resources.save(resource)
            assert await tx.resources.find(new.PROJECT_ID, "logs") == resource
        for number in (1, 3, 5):
            with pytest.raises(Conflict, match="its next version is 4"):
                await tx.resources.save(new.resource(version=number))
        await tx.resources.save(again)
        assert await tx.resources.versions(new.PROJECT_ID, "logs") == [first, second, end, again]


async def test_living_resources_are_listed_by_id_in_their_newest_version(store: Store) -> None:
    newest = new.resource(resource_id="B", version=2, config={})
    async with store.transaction() as tx:
        await tx.projects.add(new.project())
        await tx.projects.add(new.project(id="other", name="other"))
        await tx.resources.save(new.resource(project_id="other"))
        for name in ("b", "a", "B"):
            await tx.resources.save(new.resource(resource_id=name))
        await tx.resources.save(newest)
        await tx.resources.save(
            new.resource(resource_id="a").ended(operation_id=new.OPERATION_ID, at=new.MOMENT)
        )
        assert await tx.resources.list(new.PROJECT_ID) == [newest, new.resource(resource_id="b")]


async def test_a_resource_of_a_removed_project_is_refused(store: Store) -> None:
    async with store.transaction() as tx:
        with pytest.raises(Conflict, match="the project of logs was deleted meanwhile"):
            await tx.resources.save(new.resource())


async def test_the_audit_chain_verifies_whatever_zone_its_times_are_in(store: Store) -> None:
    zone = timezone(timedelta(hours=2))
    events = [new.audit_event(0), new.audit_event(1, at=new.MOMENT.astimezone(zone), project_id="other")]
    for event in events:
        async with store.transaction() as tx:
            await tx.audit.append(event)
    async with store.transaction() as tx:
        entries = await tx.audit.entries()
        assert verify(entries, await tx.audit.head()) == 2
        assert [(e.sequence, e.at, e.facts) for e in entries] == [
            (1, events[0].at, events[0].facts),
            (2, events[1].at, events[1].facts),
        ]
        assert await tx.audit.entries("other") == entries[1:]
