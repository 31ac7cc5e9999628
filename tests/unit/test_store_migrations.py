"""A database of an older schema is brought to the newest, and keeps what it holds."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from engine.adapters.store import database, migrations
from engine.adapters.store.inspection import inspect_database
from engine.adapters.store.unit_of_work import open_store
from engine.core.errors import StoreFailed
from engine.core.operations.states import OperationState
from engine.core.policy.bonds import Bond
from engine.core.policy.policies import PolicyVersion, policy_of
from engine.testing import builders as new

pytestmark = pytest.mark.anyio

# What the first schema kept of a policy.
_FIELDS: Final = {"id", "name", "version", "rego_version", "source", "created_at", "created_by"}
FIRST, SECOND = new.policy(), new.policy(version=2, source="package intent\n")
OTHER = new.policy(id="zones", name="zones")


async def _at_first_schema(path: Path) -> None:
    """Make a database of schema 0001 with two policies, one of them attached to a project."""

    def upgrade(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")

    database.create_file(path)
    engine = database.connect(path)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()
    with closing(sqlite3.connect(path)) as file, file:
        project = new.project()
        file.execute(
            "INSERT INTO projects VALUES (?, ?, ?)", (project.id, project.name, project.model_dump_json())
        )
        for policy in (FIRST, OTHER):
            file.execute("INSERT INTO policies VALUES (?, ?)", (policy.id, policy.name))
        for version in (FIRST, SECOND, OTHER):
            document = version.model_dump_json(include=_FIELDS)
            row = (version.id, version.version, document)
            file.execute("INSERT INTO policy_versions VALUES (?, ?, ?)", row)
        file.execute("INSERT INTO attachments VALUES (?, ?)", (project.id, FIRST.id))


def _broken_references(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as file, file:
        return file.execute("PRAGMA foreign_key_check").fetchall()


@pytest.mark.requirement("3.2.storage")
async def test_policies_their_versions_and_attachments_outlive_the_new_schema(tmp_path: Path) -> None:
    path = tmp_path / "intent.db"
    await _at_first_schema(path)
    url = f"sqlite:///{path}"
    assert (await inspect_database(url)).revision == "0001"
    buckets, zones = policy_of(FIRST).at_version(SECOND), policy_of(OTHER)
    async with open_store(url) as store, store.transaction() as tx:
        assert await tx.projects.list() == [new.project()]
        assert await tx.policies.list() == [buckets, zones]
        assert await tx.policy_versions.list(FIRST.id) == [FIRST, SECOND]
        assert await tx.policy_versions.load({OTHER.id: 1}) == {OTHER.id: OTHER}
        assert await tx.attachments.bonds(new.project()) == [Bond(policy=buckets, by_hand=True)]
        assert (await tx.waivers.list(), await tx.samples.list(None, None, 9)) == ([], [])
        third = PolicyVersion.model_validate({**SECOND.model_dump(), "version": 3})
        await tx.policy_versions.add(third)
        await tx.waivers.add(new.waiver())
        await tx.projects.remove(new.PROJECT_ID)
        assert await tx.waivers.list() == []
    assert _broken_references(path) == []
    assert (await inspect_database(url)).revision == "0003"


async def test_a_database_of_the_first_schema_that_cannot_be_migrated_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "intent.db"
    await _at_first_schema(path)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE samples (id)")
    with pytest.raises(StoreFailed):
        async with open_store(f"sqlite:///{path}"):
            pass
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM attachments").fetchone() == (1,)
        assert file.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert file.execute("SELECT name FROM policies ORDER BY name").fetchall() == [
            (FIRST.name,),
            ("zones",),
        ]


@pytest.mark.requirement("4.1.spent-requests")
async def test_what_ended_operations_were_asked_for_goes_with_the_new_schema(tmp_path: Path) -> None:
    path = tmp_path / "intent.db"
    await _at_first_schema(path)
    ended = new.operation(0, state=OperationState.FINISHED, request=new.request(config={"k": "s3cret"}))
    waiting = new.operation(1, state=OperationState.PENDING_REVIEW)
    with closing(sqlite3.connect(path)) as file, file:
        for each in (ended, waiting):
            file.execute(
                "INSERT INTO operations (id, project_id, resource_id, kind, state, actor_key, fencing_token,"
                " created_at, document) VALUES (?, ?, 'logs', 'create', ?, ?, 0, ?, ?)",
                (each.id, each.project_id, each.state, each.actor.key, str(each.id), each.model_dump_json()),
            )
    async with open_store(f"sqlite:///{path}") as store, store.transaction() as tx:
        kept = await tx.operations.find(ended.id)
        assert await tx.operations.find(waiting.id) == waiting
    assert kept == ended.model_copy(update={"request": new.request(config=None)})
    assert b"s3cret" not in path.read_bytes()
