"""Where cached schemas lie: who may write one, what is removed, and what is told where none can be."""

import errno
import os
import zlib
from pathlib import Path

import anyio
import pytest

from engine.adapters.tofu import schema_shelf
from engine.core.addrs import Version
from engine.core.errors import NotSetUp, RunnerFailed
from engine.testing.schemas import FAKE_PIN, SETTINGS
from tests.unit.schema_stage import Asked

pytestmark = pytest.mark.anyio


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """Return a catalogue with an empty cache."""
    return Asked(tmp_path)


async def test_who_waits_for_ever_for_another_process_is_told(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema_shelf, "SCHEMA_WAIT_SECONDS", 0.1)
    async with schema_shelf.SchemaShelf(asked.cache).turn(asked.package()):
        with pytest.raises(RunnerFailed, match="another process"):
            await asked.catalog().index(FAKE_PIN)
    assert (await asked.catalog().index(FAKE_PIN)).configuration == SETTINGS


@pytest.mark.requirement("5.3.together")
async def test_who_gives_up_waiting_leaves_the_one_at_work_alone(asked: Asked) -> None:
    shelf = schema_shelf.SchemaShelf(asked.cache)
    async with shelf.turn(asked.package()) as scratch:
        (scratch / "main.tf.json").write_text("{}")
        with anyio.move_on_after(0.1) as waiting:
            await asked.catalog().index(FAKE_PIN)
        assert waiting.cancelled_caught
        assert [path.name for path in scratch.iterdir()] == ["main.tf.json"]
    assert not scratch.exists()


async def test_a_cache_that_cannot_be_written_is_told_with_the_way_out(asked: Asked) -> None:
    asked.cache.write_text("a file where the folder belongs")
    with pytest.raises(NotSetUp, match="cannot be written") as refused:
        await asked.catalog().index(FAKE_PIN)
    assert "INTENT_HOME" in str(refused.value.hint)
    assert asked.times() == 0


async def test_a_disk_that_is_full_leaves_nothing_behind(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(zlib, "compress", full)
    with pytest.raises(NotSetUp, match="No space left"):
        await asked.catalog().index(FAKE_PIN)
    assert asked.files() == []


async def test_what_a_killed_process_left_is_removed(asked: Asked) -> None:
    shelf = schema_shelf.SchemaShelf(asked.cache)
    path = shelf.path(asked.package())
    left = path.parent / "any_any"
    left.mkdir(parents=True)
    (left / "main.tf.json").write_text("{}")
    path.with_name(f"{path.name}.1234").write_bytes(b"half")
    await asked.catalog().index(FAKE_PIN)
    assert asked.files() == [path]
    assert not left.exists()


@pytest.mark.requirement("5.3.bounded")
async def test_the_oldest_files_go_where_all_are_too_large(asked: Asked) -> None:
    paths = []
    for number, version in enumerate(("1.0.0", "2.0.0", "3.0.0"), 1):
        pin = FAKE_PIN.model_copy(update={"version": Version.parse(version)})
        package = asked.package().model_copy(update={"pin": pin})
        shelf = schema_shelf.SchemaShelf(asked.cache, limit=250)
        path = shelf.path(package)
        path.parent.mkdir(parents=True)
        path.write_bytes(bytes(100))
        os.utime(path, ns=(number, number))
        paths.append(path)
        shelf.tidy(package)
    assert asked.files() == paths[1:]


async def test_a_file_that_somebody_else_removes_in_the_same_moment_is_no_failure(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked.catalog().index(FAKE_PIN)
    gone = asked.files()[0].with_name("other_platform.0.schema")
    glob = Path.glob
    monkeypatch.setattr(Path, "glob", lambda path, pattern: [*glob(path, pattern), gone])
    schema_shelf.SchemaShelf(asked.cache).tidy(asked.package())
    assert len(asked.files()) == 1
