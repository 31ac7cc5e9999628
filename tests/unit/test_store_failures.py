"""What the store says when the database fails: what is wrong, the way out, and never a stored value."""

import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import event

from engine.adapters.store import database
from engine.adapters.store.inspection import inspect_database
from engine.adapters.store.unit_of_work import SqlStore, open_store
from engine.core.errors import StoreFailed
from engine.testing import builders as new

pytestmark = pytest.mark.anyio

_NOBODY: Final = 65_534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "intent.db"


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """Return a folder of our own, where file modes bind us: root gives up its rights for the test."""
    with tempfile.TemporaryDirectory() as folder:
        root = os.geteuid() == 0
        if root:
            os.chown(folder, _NOBODY, _NOBODY)
            os.seteuid(_NOBODY)
        try:
            yield Path(folder)
        finally:
            if root:
                os.seteuid(0)
            os.chmod(folder, 0o700)  # noqa: PTH101 - as the line above, so that the folder can be removed


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


async def _make(path: Path) -> None:
    async with open_store(_url(path)) as store, store.transaction() as tx:
        await tx.projects.add(new.project())


async def _use(path: Path) -> None:
    async with open_store(_url(path)) as store, store.transaction() as tx:
        await tx.projects.save(new.project())
        await tx.audit.append(new.audit_event())


async def _add_a_policy(store: SqlStore) -> None:
    async with store.transaction() as tx:
        await tx.policies.save(new.policy_object())


def _run(path: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


def _content(path: Path) -> bytes:
    return path.read_bytes()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _forbid_writing(path: Path, mode: int) -> None:
    path.chmod(mode)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"this is no database" * 99, "is not a SQLite database"), (b"\x00" * 4096, "is not a SQLite database")],
)
async def test_a_file_that_is_no_database_is_refused(path: Path, content: bytes, words: str) -> None:
    _write(path, content)
    for attempt in (_use(path), inspect_database(_url(path))):
        with pytest.raises(StoreFailed, match=words) as refusal:
            await attempt
        assert "backup" in str(refusal.value.hint)
    assert _content(path) == content


async def test_a_damaged_database_is_refused(path: Path) -> None:
    await _make(path)
    content = _content(path)
    _write(path, content[:4096] + b"\xff" * (len(content) - 4096))
    for attempt in (_use(path), inspect_database(_url(path))):
        with pytest.raises(StoreFailed, match="is damaged") as refusal:
            await attempt
        assert "backup" in str(refusal.value.hint)


async def test_damage_where_nobody_looked_yet_is_found(path: Path) -> None:
    await _make(path)
    ((page,),) = _run(path, "SELECT rootpage FROM sqlite_master WHERE name = 'decisions'")
    content = _content(path)
    _write(path, content[: (page - 1) * 4096] + b"\xff" * 4096 + content[page * 4096 :])
    await _use(path)
    with pytest.raises(StoreFailed, match="is damaged"):
        await inspect_database(_url(path))


async def test_an_index_that_does_not_fit_its_table_is_found(path: Path) -> None:
    await _make(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO decisions VALUES ('d', 'o', '{}', '{}')")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_decisions_operation_id'")
    with pytest.raises(StoreFailed, match="is damaged") as refusal:
        await inspect_database(_url(path))
    assert refusal.value.facts["problems"]


async def test_a_database_of_a_newer_engine_is_refused_and_left_alone(path: Path) -> None:
    await _make(path)
    _run(path, "UPDATE alembic_version SET version_num = '9999'")
    before = _content(path)
    for attempt in (_use(path), inspect_database(_url(path))):
        with pytest.raises(StoreFailed, match="newer version of the engine") as refusal:
            await attempt
        assert refusal.value.facts == {"revision": "9999", "newest": "0003"}
    assert _content(path) == before


async def test_a_database_of_another_program_is_refused(path: Path) -> None:
    _write(path, b"")
    _run(path, "CREATE TABLE bookmarks (url TEXT)")
    for attempt in (_use(path), inspect_database(_url(path))):
        with pytest.raises(StoreFailed, match="belongs to another program"):
            await attempt
    assert _run(path, "SELECT name FROM sqlite_master") == [("bookmarks",)]


async def test_a_failed_migration_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.create_index", fail)
        with pytest.raises(RuntimeError):
            await _make(path)
    assert _run(path, "SELECT name FROM sqlite_master") == []
    await _make(path)


async def test_a_read_only_file_says_how_to_mend_it(unprivileged: Path) -> None:
    path = unprivileged / "intent.db"
    await _make(path)
    _forbid_writing(path, 0o400)
    for attempt in (_use(path), inspect_database(_url(path))):
        with pytest.raises(StoreFailed, match=r"cannot be (opened|written)") as refusal:
            await attempt
        assert "make the file and its folder writable" in str(refusal.value.hint)


async def test_a_read_only_folder_says_how_to_mend_it(unprivileged: Path) -> None:
    path = unprivileged / "intent.db"
    await _make(path)
    _forbid_writing(unprivileged, 0o500)
    for attempt in (_use(path), inspect_database(_url(path)), _make(unprivileged / "new" / "intent.db")):
        with pytest.raises(StoreFailed, match=r"cannot be (opened|written)") as refusal:
            await attempt
        assert "folder writable" in str(refusal.value.hint)


@pytest.fixture
async def impatient(path: Path) -> AsyncIterator[SqlStore]:
    """A store that waits a moment for a locked file, and whose file may not grow."""
    await _make(path)
    engine = database.connect(path, busy_seconds=0.05)

    def bound(connection: Any, _entry: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA max_page_count = 40")
        cursor.close()

    event.listen(engine.sync_engine, "connect", bound)
    yield SqlStore(engine, path)
    await engine.dispose()


async def test_a_file_locked_for_too_long_says_so(impatient: SqlStore, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for attempt in (_add_a_policy(impatient), inspect_database(_url(path))):
            with pytest.raises(StoreFailed, match="is locked by another process") as refusal:
                await attempt
            assert refusal.value.facts == {"sqlite": "SQLITE_BUSY"}
    await _add_a_policy(impatient)


async def _grow(store: SqlStore) -> None:
    async with store.transaction() as tx:
        await tx.audit.append(new.audit_event())
        await tx.policies.save(new.policy_object())
        await tx.policy_versions.add(new.policy(source="x" * 200_000))


async def test_a_full_disk_takes_everything_back_and_says_so(impatient: SqlStore) -> None:
    with pytest.raises(StoreFailed, match="the disk is full") as refusal:
        await _grow(impatient)
    assert refusal.value.facts == {"sqlite": "SQLITE_FULL"}
    async with impatient.transaction() as tx:
        assert (await tx.policies.list(), await tx.audit.entries()) == ([], [])
    await _add_a_policy(impatient)


async def test_no_failure_quotes_a_value(impatient: SqlStore, path: Path) -> None:
    async with impatient.transaction() as tx:
        await tx.decisions.add("hunter2", "o", new.decision(), {})
    with pytest.raises(StoreFailed, match="UNIQUE constraint failed") as refusal:
        await _add_a_decision(impatient)
    _run(path, "UPDATE projects SET document = CAST(x'68756e74657232ff' AS TEXT)")
    with pytest.raises(StoreFailed, match="holds what cannot be read") as unreadable:
        await _list_projects(impatient)
    for error in (refusal.value, unreadable.value):
        assert "hunter2" not in f"{error}{error.hint}{dict(error.facts)}"
        assert error.__suppress_context__
        assert error.__cause__ is None


async def _add_a_decision(store: SqlStore) -> None:
    async with store.transaction() as tx:
        await tx.decisions.add("hunter2", "o", new.decision(), {})


async def _list_projects(store: SqlStore) -> None:
    async with store.transaction() as tx:
        await tx.projects.list()
