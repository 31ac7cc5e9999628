"""The fence around an effect: who holds it, who inherits it, and what a worker finds that has lost it."""

import subprocess
from pathlib import Path

import pytest

from engine.adapters.tofu.commands import PLAN_FILE
from engine.adapters.tofu.fence import LOCK_FILE, Fence, Held
from engine.adapters.tofu.orphans import holders, lives, this_process
from engine.adapters.tofu.taking import taken
from engine.adapters.tofu.workspace import Workspace
from engine.core.errors import Conflict, RunnerFailed

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.1.recovery-fence")]


@pytest.fixture
def fence(tmp_path: Path) -> Fence:
    """Return a worker's fence around a folder with a plan."""
    (tmp_path / PLAN_FILE).touch()
    ours = Fence(tmp_path)
    ours.begin()
    return ours


async def test_who_holds_the_lock_keeps_others_out_until_it_is_released(fence: Fence, tmp_path: Path) -> None:
    lock = await fence.hold()
    with pytest.raises(Held):
        Fence(tmp_path).seize()
    lock.release()
    lock.release()
    seized, begun = Fence(tmp_path).seize()
    assert begun is False
    seized.release()


async def test_a_worker_whose_workspace_was_taken_finds_neither_its_token_nor_its_plan(
    fence: Fence, tmp_path: Path
) -> None:
    seized, _ = Fence(tmp_path).seize()
    assert not (tmp_path / PLAN_FILE).exists()
    with pytest.raises(Conflict):
        await fence.hold()
    seized.release()
    with pytest.raises(Conflict):
        await fence.hold()
    (tmp_path / LOCK_FILE).unlink()
    with pytest.raises(Conflict):
        await fence.hold()


async def test_that_an_effect_was_begun_is_told_also_by_one_who_takes_it_again(
    fence: Fence, tmp_path: Path
) -> None:
    lock = await fence.hold()
    fence.note_begun(lock)
    lock.release()
    for _ in range(2):
        seized, begun = Fence(tmp_path).seize()
        seized.release()
        assert begun is True


async def test_a_file_that_was_torn_tells_nothing(fence: Fence, tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).write_text('{"token": "a', "utf-8")
    seized, begun = Fence(tmp_path).seize()
    seized.release()
    assert begun is None
    with pytest.raises(Conflict):
        await fence.hold()


async def test_a_child_holds_the_lock_that_it_was_passed_for_as_long_as_it_lives(
    fence: Fence, tmp_path: Path
) -> None:
    lock = await fence.hold()
    with subprocess.Popen(  # noqa: ASYNC220 - it begins at once, and ends by a signal
        ["cat"],
        stdin=subprocess.PIPE,
        cwd=tmp_path,
        pass_fds=(lock.descriptor,),
        start_new_session=True,
    ) as child:
        lock.passed_on()
        assert [(holder.pid, holder.leads) for holder in holders(tmp_path / LOCK_FILE)] == [(child.pid, True)]
        with pytest.raises(RunnerFailed) as refused:
            async with taken(Workspace(tmp_path), "it", stop=False):
                pass
        assert refused.value.facts == {"processes": [child.pid], "worker_lives": True}
        async with taken(Workspace(tmp_path), "it", stop=True) as workspace:
            assert workspace.begun is False
        assert child.wait(10) < 0
    assert holders(tmp_path / LOCK_FILE) == []


def test_a_process_is_told_from_a_later_one_with_its_number() -> None:
    pid, _, _ = this_process().partition(":")
    assert [lives(name) for name in (this_process(), f"{pid}:1", "", "x:1")] == [True, False, False, False]
