"""The database file: how it is named, made, migrated, kept apart from others and inspected."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import Connection, Engine, event

from engine.adapters.store import database
from engine.adapters.store.inspection import DatabaseReport, inspect_database
from engine.adapters.store.tables import Row
from engine.adapters.store.unit_of_work import SqlStore, open_store
from engine.core.audit import verify
from engine.core.errors import StoreFailed
from engine.testing import builders as new

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "intent.db"


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


async def _make(path: Path) -> None:
    async with open_store(_url(path)) as store, store.transaction() as tx:
        await tx.projects.add(new.project())


def _run(path: Path, script: str) -> list[Any]:
    with closing(sqlite3.connect(path, timeout=0)) as connection, connection:
        return connection.execute(script).fetchall()


def _content(path: Path) -> bytes:
    return path.read_bytes()


@pytest.mark.parametrize("url", ["sqlite:////a/b.db", "sqlite+aiosqlite:////a/b.db"])
def test_a_url_names_a_file(url: str) -> None:
    assert database.database_path(url) == Path("/a/b.db")


def test_a_relative_file_is_of_the_working_directory() -> None:
    assert database.database_path("sqlite:///b.db") == Path.cwd() / "b.db"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "cannot be read"),
        ("intent.db", "cannot be read"),
        ("postgresql://me:hunter2@db/intent", "databases of the kind postgresql are not supported"),
        ("sqlite+pysqlite:///a.db", "databases of the kind sqlite\\+pysqlite are not supported"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite://host/a.db", "must name a file"),
        ("sqlite:///a.db?mode=ro", "must name a file"),
    ],
)
def test_any_other_url_is_refused_with_what_is_supported(url: str, words: str) -> None:
    with pytest.raises(StoreFailed, match=words) as refusal:
        database.database_path(url)
    assert "sqlite:///FILE" in str(refusal.value.hint)
    assert "hunter2" not in f"{refusal.value}{refusal.value.hint}{dict(refusal.value.facts)}"


async def test_the_folder_and_all_files_are_for_their_owner_alone(path: Path) -> None:
    async with open_store(_url(path)) as store, store.transaction() as tx:
        await tx.projects.add(new.project())
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert modes == {"intent.db": 0o600, "intent.db-wal": 0o600, "intent.db-shm": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    path = tmp_path / "50% #1 ü" / "in tent.db"
    await _make(path)
    assert (await inspect_database(_url(path))).exists
    assert _run(path, "SELECT name FROM projects") == [("demo",)]


async def test_connections_keep_what_they_commit_and_hold_references(path: Path) -> None:
    async with open_store(_url(path)):
        engine = database.connect(path)
        async with engine.begin() as connection:
            pragmas = [
                (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
        await engine.dispose()
    assert pragmas == ["wal", 2, 1, 30_000]


def _schema(connection: Connection) -> set[tuple[str, str]]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {(name, " ".join(sql.replace('"', "").split())) for name, sql in rows}


@pytest.mark.requirement("2.3.store")
async def test_the_migrations_make_exactly_the_tables(path: Path, tmp_path: Path) -> None:
    async with open_store(_url(path)):
        migrated = database.connect(path)
        direct = database.connect(tmp_path / "direct.db")
        async with migrated.begin() as one, direct.begin() as other:
            await other.run_sync(Row.metadata.create_all)
            made = await one.run_sync(_schema)
            described = await other.run_sync(_schema)
        await migrated.dispose()
        await direct.dispose()
    assert {entry for entry in made if entry[0] != "alembic_version"} == described


async def test_what_is_written_is_there_after_opening_again(path: Path) -> None:
    await _make(path)
    async with open_store(_url(path)) as store, store.transaction() as tx:
        assert await tx.projects.list() == [new.project()]


async def test_a_reader_outside_sees_nothing_before_the_commit(path: Path) -> None:
    async with open_store(_url(path)) as store:
        async with store.transaction() as tx:
            await tx.projects.add(new.project())
            assert _run(path, "SELECT name FROM projects") == []
        assert _run(path, "SELECT name FROM projects") == [("demo",)]


async def test_the_index_lets_one_operation_run_on_a_resource_whoever_writes(path: Path) -> None:
    await _make(path)
    insert = "INSERT INTO operations VALUES ({}, 'p', {!r}, 'create', {!r}, 'a', NULL, 0, '', '', NULL)"
    for number, (resource, state) in enumerate(
        [("r", "PLANNING"), ("r", "QUEUED"), ("r", "INTERRUPTED"), ("", "APPLYING"), ("", "APPLYING")]
    ):
        _run(path, insert.format(number, resource, state))
    for state in ("PLANNING", "DECIDING", "APPLYING"):
        with pytest.raises(sqlite3.IntegrityError):
            _run(path, insert.format(9, "r", state))


async def test_nested_transactions_are_a_mistake_and_not_a_deadlock(path: Path) -> None:
    async with open_store(_url(path)) as store, store.transaction():
        with pytest.raises(RuntimeError):
            await store.transaction().__aenter__()


async def test_cancellation_comes_before_the_commit_or_after_it(path: Path) -> None:
    async with open_store(_url(path)) as store:
        with anyio.CancelScope() as scope:
            async with store.transaction() as tx:
                await tx.projects.add(new.project())
                scope.cancel()
                await anyio.lowlevel.checkpoint()
        # Nothing is left to do: the file is free at once.
        assert _run(path, "SELECT name FROM projects") == []
        _run(path, "BEGIN IMMEDIATE")
        with anyio.CancelScope() as scope:
            async with store.transaction() as tx:
                await tx.projects.add(new.project())
                scope.cancel()
        assert _run(path, "SELECT name FROM projects") == [("demo",)]
        _run(path, "BEGIN IMMEDIATE")


@contextmanager
def _cancelled_at(last: int) -> Iterator[list[str]]:
    """Cancel what is within while a statement runs, counted from 1; yields the statements that were begun."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)
        if len(seen) == last:
            scope.cancel()

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with anyio.CancelScope() as scope:
            yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("last", range(1, 9))
async def test_cancellation_within_a_statement_leaves_a_usable_store(path: Path, last: int) -> None:
    async def append_two(store: SqlStore) -> None:
        async with store.transaction() as tx:
            await tx.audit.append(new.audit_event(0))
            await tx.audit.append(new.audit_event(1))

    with anyio.fail_after(10):
        async with open_store(_url(path)) as store:
            await append_two(store)
            with _cancelled_at(last) as begun:
                await append_two(store)
            await append_two(store)
            async with store.transaction() as tx:
                # BEGIN and three statements for each entry; the last one ends before it is given up.
                assert verify(await tx.audit.entries(), await tx.audit.head()) == (4 if last < 7 else 6)
    assert len(begun) == min(last, 7)


@pytest.mark.parametrize("last", [1, 2, 3, 9, 20])
async def test_opening_can_be_cancelled_within_any_statement(path: Path, last: int) -> None:
    with anyio.fail_after(10):
        with _cancelled_at(last):
            await _make(path)
        async with open_store(_url(path)) as store, store.transaction() as tx:
            assert await tx.projects.list() == []


async def test_inspection_reports_and_changes_nothing(path: Path) -> None:
    missing = DatabaseReport(path=path, exists=False, revision=None, newest="0003", file_mode=0)
    assert await inspect_database(_url(path)) == missing
    assert not path.parent.exists()
    path.parent.mkdir()
    path.touch(0o600)
    empty = DatabaseReport(path=path, exists=True, revision=None, newest="0003", file_mode=0o600)
    assert await inspect_database(_url(path)) == empty
    await _make(path)
    found = DatabaseReport(path=path, exists=True, revision="0003", newest="0003", file_mode=0o600)
    before = _content(path)
    assert await inspect_database(_url(path)) == found
    assert _content(path) == before
