"""The room for downloads: one set-up at a time, and nothing of a killed one is left in it."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import anyio
import pytest

from engine.adapters.cache import workspace
from engine.adapters.cache.inventory import MirrorInventory
from engine.adapters.cache.workspace import SCRATCH, LockedFolder, parts_of
from engine.core.errors import NotSetUp, RegistryFailed
from engine.core.providers.allow import AllowList
from engine.ports.artifacts import Step, StepKind
from engine.testing.artifacts import Heard

HOLDER: Final = """
import sys, anyio
from pathlib import Path
from engine.adapters.cache.workspace import LockedFolder
from engine.testing.artifacts import Heard
async def hold():
    async with LockedFolder(Path(sys.argv[1])).reserve(["aws"], Heard()) as scratch:
        (scratch / "half").write_bytes(b"x")
        print("held", flush=True)
        await anyio.sleep_forever()
anyio.run(hold)
"""


@pytest.mark.anyio
async def test_the_scratch_folder_is_private_empty_and_gone_afterwards(tmp_path: Path) -> None:
    async with LockedFolder(tmp_path / "mirror").reserve(["aws"], Heard()) as scratch:
        left = anyio.Path(scratch)
        assert (await left.stat()).st_mode & 0o777 == 0o700
        assert [path async for path in left.iterdir()] == []
    assert not await left.exists()


@pytest.mark.anyio
async def test_a_second_run_waits_and_says_so(tmp_path: Path) -> None:
    order: list[str] = []
    second_waits = anyio.Event()

    class Waits(Heard):
        def report(self, step: Step) -> None:
            super().report(step)
            second_waits.set()

    async def second() -> None:
        async with LockedFolder(tmp_path).reserve(["aws"], Waits()):
            order.append("second")

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks, LockedFolder(tmp_path).reserve(["aws"], Heard()):
            tasks.start_soon(second)
            await second_waits.wait()
            order.append("first")
    assert order == ["first", "second"]


@pytest.mark.anyio
async def test_a_lock_that_is_never_freed_ends_the_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "SETUP_LOCK_TIMEOUT_SECONDS", 0.3)
    heard = Heard()
    async with LockedFolder(tmp_path).reserve(["aws"], Heard()):
        with pytest.raises(NotSetUp, match="another run has held"):
            async with LockedFolder(tmp_path).reserve(["aws"], heard):
                pytest.fail("two at once")
    assert heard.texts(StepKind.WAITING) == [f"another run brings the same in {tmp_path}"]
    async with LockedFolder(tmp_path).reserve(["aws"], Heard()):
        pass


@pytest.mark.anyio
async def test_a_killed_holder_frees_the_lock_and_its_leavings_are_removed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    async with await anyio.open_process(command, stderr=subprocess.DEVNULL) as holder:
        assert holder.stdout is not None
        with anyio.fail_after(20):
            assert (await holder.stdout.receive()).strip() == b"held"
        holder.send_signal(signal.SIGKILL)
        await holder.wait()
    assert [half.read_bytes() for half in (tmp_path / SCRATCH).glob("*/half")] == [b"x"]
    async with LockedFolder(tmp_path).reserve(["aws"], Heard()) as scratch:
        assert [path async for path in anyio.Path(scratch).iterdir()] == []


@pytest.mark.anyio
async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotSetUp, match="cannot be used for downloads"):
        async with LockedFolder(tmp_path / "file" / "mirror").reserve(["aws"], Heard()):
            pytest.fail("there is no such folder")


@pytest.mark.requirement("5.2.at-once")
@pytest.mark.anyio
async def test_only_runs_that_bring_the_same_wait_for_each_other(tmp_path: Path) -> None:
    room, heard = LockedFolder(tmp_path), Heard()
    with anyio.fail_after(10):
        async with room.reserve(["aws", "null"], heard) as one, room.reserve(["random"], heard) as other:
            assert one != other
            with anyio.move_on_after(0.3) as waited:
                async with room.reserve(["other", "null"], heard):
                    pytest.fail("null is being brought")
            assert waited.cancelled_caught
        async with room.reserve(["other", "null"], heard):
            pass
    assert heard.texts(StepKind.WAITING) == [f"another run brings the same in {tmp_path}"]


@pytest.mark.anyio
async def test_names_of_any_kind_make_a_lock_and_never_a_path(tmp_path: Path) -> None:
    for name in ("../../x", "a/b", "-rf", "n" * 10_000, "\u202e", "nul\0"):
        async with LockedFolder(tmp_path).reserve([name], Heard()) as scratch:
            assert scratch.parent == tmp_path / SCRATCH
        assert parts_of(tmp_path, name).parent == tmp_path / ".parts"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".locks", ".scratch"]


@pytest.mark.requirement("5.2.prune")
@pytest.mark.anyio
async def test_what_a_run_works_in_is_never_swept(tmp_path: Path) -> None:
    inventory = MirrorInventory(tmp_path, AllowList())
    part, left = parts_of(tmp_path, "aws"), parts_of(tmp_path, "null")
    with pytest.raises(RegistryFailed):
        await _break_off(tmp_path, inventory, part, left)
    assert [one.path for one in await inventory.sweep(dry_run=True)] == [part]


async def _break_off(root: Path, inventory: MirrorInventory, part: Path, left: Path) -> None:
    async with LockedFolder(root).reserve(["aws"], Heard()) as scratch:
        for folder in (part, left):
            await anyio.Path(folder).mkdir(parents=True)
            await anyio.Path(folder / "half").write_bytes(b"x")
        assert [one.path for one in await inventory.sweep(dry_run=False)] == [left]
        assert await anyio.Path(scratch).exists()
        assert await anyio.Path(part / "half").exists()
        raise RegistryFailed("broke off")


@pytest.mark.requirement("5.6.killed-install")
@pytest.mark.anyio
async def test_what_has_arrived_is_removed_when_all_is_in_its_place(tmp_path: Path) -> None:
    part = parts_of(tmp_path, "aws")
    async with LockedFolder(tmp_path).reserve(["aws"], Heard()):
        await anyio.Path(part).mkdir(parents=True)
        await anyio.Path(part / "whole").write_bytes(b"x")
    assert not await anyio.Path(part).exists()
