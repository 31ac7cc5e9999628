"""The audit chain on disk: it survives many writers, and every change behind the engine's back is noticed."""

import sqlite3
import sys
from functools import partial
from pathlib import Path
from typing import Final

import anyio
import pytest

from engine.adapters.store.unit_of_work import SqlStore, open_store
from engine.core.audit import AuditEntry, AuditHead, verify
from engine.core.errors import IntegrityFailed, StoreFailed
from engine.testing import builders as new

pytestmark = pytest.mark.anyio

_WRITERS: Final = 25
_APPEND: Final = """
import sys, anyio
from engine.adapters.store.unit_of_work import open_store
from engine.testing import builders as new

async def main():
    async with open_store(sys.argv[1]) as store:
        for number in range(10):
            async with store.transaction() as tx:
                await tx.audit.append(new.audit_event(number))

anyio.run(main)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "intent.db"


async def _append(store: SqlStore, number: int) -> None:
    async with store.transaction() as tx:
        await tx.audit.append(new.audit_event(number))


async def _chain(path: Path) -> tuple[list[AuditEntry], AuditHead]:
    async with open_store(f"sqlite:///{path}") as store, store.transaction() as tx:
        return list(await tx.audit.entries()), await tx.audit.head()


async def test_fifty_appends_of_two_stores_at_once_make_one_chain(path: Path) -> None:
    url = f"sqlite:///{path}"
    with anyio.fail_after(60):
        async with open_store(url) as one, open_store(url) as two, anyio.create_task_group() as tasks:
            for number in range(_WRITERS):
                tasks.start_soon(_append, one, number)
                tasks.start_soon(_append, two, number)
    entries, head = await _chain(path)
    assert verify(entries, head) == 2 * _WRITERS
    assert sorted(int(str(e.facts["number"])) for e in entries) == sorted([*range(_WRITERS)] * 2)


async def test_processes_that_open_a_new_database_at_once_make_one_chain(path: Path) -> None:
    command = [sys.executable, "-c", _APPEND, f"sqlite:///{path}"]
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(partial(anyio.run_process, command, cwd=Path(__file__).parents[2]))
    assert verify(*await _chain(path)) == 40


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET actor = 'user:cli:eve' WHERE sequence = 2",
        "UPDATE audit SET event = 'operation.approved' WHERE sequence = 2",
        "UPDATE audit SET subject = '' WHERE sequence = 3",
        "UPDATE audit SET project_id = 'other' WHERE sequence = 1",
        "UPDATE audit SET facts = '{}' WHERE sequence = 2",
        "UPDATE audit SET at = replace(at, '2026', '2025') WHERE sequence = 3",
        "UPDATE audit SET previous = digest WHERE sequence = 2",
        "UPDATE audit SET digest = previous WHERE sequence = 3",
        "DELETE FROM audit WHERE sequence = 1",
        "DELETE FROM audit WHERE sequence = 2",
        "DELETE FROM audit WHERE sequence = 3",
        "DELETE FROM audit",
        "UPDATE audit SET sequence = -sequence; UPDATE audit SET sequence = 4 + sequence",
        "INSERT INTO audit SELECT 4, at, actor, event, '', '', facts, digest, digest FROM audit LIMIT 1",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET sequence = 2",
        "UPDATE audit_head SET digest = (SELECT digest FROM audit WHERE sequence = 2)",
    ],
)
async def test_a_change_behind_the_back_of_the_engine_is_noticed(path: Path, tampering: str) -> None:
    async with open_store(f"sqlite:///{path}") as store:
        for number in range(3):
            await _append(store, number)
    assert verify(*await _chain(path)) == 3
    with sqlite3.connect(path) as connection:
        connection.executescript(tampering)
    connection.close()
    entries, head = await _chain(path)
    with pytest.raises(IntegrityFailed):
        verify(entries, head)


async def test_facts_that_are_no_json_are_refused_without_being_quoted(path: Path) -> None:
    async with open_store(f"sqlite:///{path}") as store:
        await _append(store, 0)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE audit SET facts = 'hunter2'")
    connection.close()
    with pytest.raises(StoreFailed, match="a stored AuditEntry cannot be read") as refusal:
        await _chain(path)
    assert refusal.value.__cause__ is None


async def test_a_chain_whose_head_was_moved_back_takes_no_entry(path: Path) -> None:
    async with open_store(f"sqlite:///{path}") as store:
        await _append(store, 0)
        await _append(store, 1)
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE audit_head SET sequence = 1")
        connection.close()
        with pytest.raises(StoreFailed, match="UNIQUE constraint failed"):
            await _append(store, 2)
