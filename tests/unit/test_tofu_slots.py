"""Places for children of OpenTofu: never more than there are, over all processes; the dead leave theirs."""

import fcntl
import os
import signal
import sys
from pathlib import Path
from typing import Final

import anyio
import pytest

from engine.adapters.tofu.slots import Slots
from engine.adapters.tofu.toolchain import silence
from engine.core.errors import NotSetUp

pytestmark = pytest.mark.anyio

_HOLDER: Final = """
import sys, anyio
from pathlib import Path
from engine.adapters.tofu.slots import Slots
from engine.adapters.tofu.toolchain import silence

async def hold() -> None:
    async with Slots(Path(sys.argv[1]), 1).taken("other", silence):
        print("held", flush=True)
        await anyio.sleep(600)

anyio.run(hold)
"""


class Room:
    """What runs at once, and in which order it began."""

    def __init__(self) -> None:
        self.running = self.most = 0
        self.began: list[str] = []
        self.go_on = anyio.Event()

    async def hold(self, slots: Slots, group: str) -> None:
        """Have a place until it is time to go on."""
        async with slots.taken(group, silence):
            await self.go_on.wait()

    async def work(self, slots: Slots, name: str, group: str = "") -> None:
        """Have a place for a moment."""
        async with slots.taken(group or name, silence):
            self.began.append(name)
            self.running += 1
            self.most = max(self.most, self.running)
            await anyio.lowlevel.checkpoint()
            self.running -= 1


@pytest.mark.requirement("4.2.slots")
async def test_no_more_run_at_once_than_there_are_places_whoever_shares_the_folder(tmp_path: Path) -> None:
    room, sharing = Room(), [Slots(tmp_path / "slots", 3) for _ in range(3)]
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            for number in range(60):
                tasks.start_soon(room.work, sharing[number % 3], str(number))
    assert (len(room.began), room.running) == (60, 0)
    assert 1 <= room.most <= 3
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "slots").iterdir()} == {0o600}


@pytest.mark.requirement("4.2.slots")
async def test_who_waits_hears_how_many_come_before(tmp_path: Path) -> None:
    slots, heard = Slots(tmp_path, 1), list[str]()

    async def hear(text: str) -> None:
        heard.append(text)

    async def wait() -> None:
        async with slots.taken("mine", hear):
            pass

    room = Room()
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(room.hold, slots, "first")
            await anyio.wait_all_tasks_blocked()
            for name in ("a", "b", "c"):
                tasks.start_soon(room.work, slots, name)
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(wait)
            await anyio.wait_all_tasks_blocked()
            assert heard == ["waiting for a free slot: 3 before you"]
            tasks.cancel_scope.cancel()
        async with anyio.create_task_group() as tasks:
            for name in ("a", "b", "c"):
                tasks.start_soon(room.work, slots, name)
            tasks.start_soon(wait)
    assert room.began == ["a", "b", "c"]


@pytest.mark.requirement("4.2.fair")
async def test_a_project_that_floods_does_not_keep_another_waiting(tmp_path: Path) -> None:
    slots, room = Slots(tmp_path, 1), Room()
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(room.hold, slots, "flood")
            await anyio.wait_all_tasks_blocked()
            for number in range(5):
                tasks.start_soon(room.work, slots, f"flood {number}", "flood")
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(room.work, slots, "late", "late")
            await anyio.wait_all_tasks_blocked()
            room.go_on.set()
    assert room.began[0] == "late"
    assert room.began[1:] == [f"flood {number}" for number in range(5)]


async def test_what_is_started_within_a_turn_needs_no_other_place_until_the_turn_is_over(
    tmp_path: Path,
) -> None:
    slots, other, room, holder = Slots(tmp_path / "one", 1), Slots(tmp_path / "two", 1), Room(), Room()

    async def outlive() -> None:
        await room.go_on.wait()
        with anyio.move_on_after(0) as scope:
            await room.work(slots, "outlives")
        assert scope.cancelled_caught
        holder.go_on.set()

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            async with slots.taken("a", silence), slots.taken("a", silence), other.taken("a", silence):
                tasks.start_soon(outlive)
                await room.work(slots, "within")
            tasks.start_soon(holder.hold, slots, "a")
            await anyio.wait_all_tasks_blocked()
            room.go_on.set()
    assert room.began == ["within"]


async def test_who_gives_up_waiting_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    one, two, room = Slots(tmp_path, 1), Slots(tmp_path, 1), Room()
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(room.hold, one, "a")
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(room.work, one, "gives up")
            await anyio.wait_all_tasks_blocked()
            tasks.cancel_scope.cancel()
        await room.work(two, "other")
        await room.work(one, "again")
    assert room.began == ["other", "again"]


@pytest.mark.requirement("4.2.slots")
async def test_a_process_that_was_killed_has_given_its_place_back(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLDER, str(tmp_path)]
    async with await anyio.open_process(command) as holder:
        assert holder.stdout is not None
        assert (await holder.stdout.receive()).strip() == b"held"
        slots, room = Slots(tmp_path, 1), Room()
        with anyio.fail_after(30):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(room.work, slots, "next")
                await anyio.wait_all_tasks_blocked()
                assert room.began == []
                os.kill(holder.pid, signal.SIGKILL)
    assert room.began == ["next"]


@pytest.mark.skipif(sys.platform != "linux", reason="the state of a process is read from /proc")
async def test_a_process_that_was_stopped_keeps_nobody_waiting(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLDER, str(tmp_path)]
    async with await anyio.open_process(command) as holder:
        assert holder.stdout is not None
        assert (await holder.stdout.receive()).strip() == b"held"
        room = Room()
        holder.send_signal(signal.SIGSTOP)
        try:
            with anyio.fail_after(30):
                await room.work(Slots(tmp_path, 1), "next")
        finally:
            holder.kill()
    assert room.began == ["next"]


async def test_who_has_the_gate_comes_first(tmp_path: Path) -> None:
    slots, room = Slots(tmp_path, 1), Room()
    gate = os.open(tmp_path / "gate", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(gate, fcntl.LOCK_EX)
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(room.work, slots, "waits")
            await anyio.wait_all_tasks_blocked()
            assert room.began == []
            os.close(gate)
    assert room.began == ["waits"]


async def test_a_folder_that_cannot_be_used_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder" / "gate").mkdir(parents=True)
    for folder in (tmp_path / "file" / "slots", tmp_path / "folder"):
        with pytest.raises(NotSetUp, match="cannot be used") as refused:
            async with Slots(folder, 1).taken("a", silence):
                pass
        assert "INTENT_HOME" in (refused.value.hint or "")
