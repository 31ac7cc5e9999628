"""The runner's child processes, for real: killed, timed out, cancelled, tampered with; what they get."""

import os
import signal
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

import anyio
import anyio.to_thread
import pytest

from engine.adapters.tofu import effect, outcome, process
from engine.ports.runner import Applied, Job
from server.demo.cloud import MockCloud
from tests.contract.runner_benches import Bench, quiet, real_bench, real_runner
from tests.integration.folder_processes import PROC, ended, running_in
from tests.integration.held_cloud import WAIT_SECONDS, HeldCloud, held_cloud

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

ALLOWED: Final = {
    "AWS_ACCESS_KEY_ID",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_SECRET_ACCESS_KEY",
    "CHECKPOINT_DISABLE",
    "PATH",
    "TF_CLI_CONFIG_FILE",
    "TF_IN_AUTOMATION",
    "TF_INPUT",
}


@dataclass
class Applying:
    """An apply whose answer the cloud holds."""

    job: Job
    folder: Path
    held: HeldCloud
    applied: list[Applied]

    def children(self) -> dict[int, str]:
        """Return the processes that run in the workspace, by id, with the names of their executables."""
        return running_in(self.folder)

    def named(self, prefix: str) -> int:
        """Return the id of the one child whose executable begins so."""
        (pid,) = (pid for pid, name in self.children().items() if name.startswith(prefix))
        return pid


@pytest.fixture
def bench(moto: MockCloud, tmp_path: Path) -> Bench:
    """Return the real runner on the mock cloud."""
    return real_bench(moto, tmp_path / "work")


@pytest.fixture
def held(moto: MockCloud) -> Iterator[HeldCloud]:
    """Return a cloud that holds its answer to the call that writes a parameter."""
    with held_cloud(moto.url, "PutParameter") as cloud:
        yield cloud


@asynccontextmanager
async def applying(
    bench: Bench, held: HeldCloud, moto: MockCloud, job: Job, work: Path
) -> AsyncIterator[Applying]:
    """Plan and apply a job; enter when the cloud holds its answer, leave when the apply has ended."""
    settings = {**moto.provider_settings, "endpoints": [{"ssm": held.url, "sts": moto.url}]}
    held_job = job.model_copy(update={"settings": settings})
    found = Applying(held_job, work / job.key, held, [])

    async def carry_out() -> None:
        async with bench.runner.open(held_job, quiet) as opened:
            await opened.plan()
            found.applied.append(await opened.apply())

    with anyio.fail_after(2 * WAIT_SECONDS):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(carry_out)
            assert await anyio.to_thread.run_sync(held.arrived.wait, WAIT_SECONDS)
            yield found


@pytest.mark.requirement("2.8.provider-crash")
async def test_a_killed_provider_leaves_the_outcome_unknown(
    bench: Bench, held: HeldCloud, moto: MockCloud, tmp_path: Path
) -> None:
    name = f"it-{uuid4()}"
    job = bench.job("create", bench.config(name))
    async with applying(bench, held, moto, job, tmp_path / "work") as going:
        children = going.children()
        os.kill(going.named("terraform-provider"), signal.SIGKILL)
    (applied,) = going.applied
    assert (applied.state, applied.outcome_known) == (None, False)
    assert applied.failure is not None
    # It exists, and nothing here knows: a person has to look.
    assert (bench.exists(name), (await bench.runner.recover(going.job)).applied) == (True, None)
    assert (bench.left(), ended(children, WAIT_SECONDS)) == ([job.key], True)


@pytest.mark.requirement("2.4.child")
async def test_a_killed_opentofu_takes_its_provider_along_and_leaves_the_outcome_unknown(
    bench: Bench, held: HeldCloud, moto: MockCloud, tmp_path: Path
) -> None:
    name = f"it-{uuid4()}"
    state = await bench.made(name)
    job = bench.job("update", bench.config(name, "second"), state)
    async with applying(bench, held, moto, job, tmp_path / "work") as going:
        children = going.children()
        os.kill(going.named("tofu"), signal.SIGKILL)
    (applied,) = going.applied
    assert (applied.outcome_known, ended(children, WAIT_SECONDS)) == (False, True)
    assert bench.left() == [job.key]
    # What was there before can be asked for again.
    recovered = (await bench.runner.recover(going.job)).applied
    assert recovered is not None
    assert recovered.state is not None
    assert recovered.state.attributes["description"] == "second"


@pytest.mark.requirement("2.4.child")
async def test_an_apply_without_an_end_is_stopped_and_its_outcome_unknown(
    bench: Bench, held: HeldCloud, moto: MockCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "INTERRUPT_GRACE_SECONDS", 1.0)
    for module in (effect, outcome):
        monkeypatch.setattr(module, "APPLY_TIMEOUT_SECONDS", 8.0)
    job = bench.job("create", bench.config(f"it-{uuid4()}"))
    async with applying(bench, held, moto, job, tmp_path / "work") as going:
        children = going.children()
    (applied,) = going.applied
    assert applied.outcome_known is False
    assert applied.failure is not None
    assert "no end after 8 seconds" in applied.failure
    assert ended(children, WAIT_SECONDS)


@pytest.mark.requirement("2.4.child")
async def test_a_caller_that_goes_away_leaves_no_process(
    bench: Bench, held: HeldCloud, moto: MockCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "INTERRUPT_GRACE_SECONDS", 1.0)
    job = bench.job("create", bench.config(f"it-{uuid4()}"))
    children: dict[int, str] = {}
    with anyio.CancelScope() as scope:
        async with applying(bench, held, moto, job, tmp_path / "work") as going:
            children = going.children()
            scope.cancel()
    assert sorted(name[:4] for name in children.values()) == ["terr", "tofu"]
    assert ended(children, WAIT_SECONDS)
    # The apply had begun, so what it left is kept.
    assert (going.applied, bench.left()) == ([], [job.key])


@pytest.mark.requirement("2.4.credentials", "2.4.workspace-private")
async def test_a_child_is_given_the_allow_list_and_a_private_folder(
    held: HeldCloud, moto: MockCloud, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    caller = {"PATH": os.defpath, "INTENT_CANARY": "c4n4ry", "SSH_AUTH_SOCK": "c4n4ry", "TF_LOG": "trace"}
    bench = replace(real_bench(moto, work), runner=real_runner(work, {**caller}))
    job = bench.job("create", bench.config(f"it-{uuid4()}"))
    async with applying(bench, held, moto, job, work) as going:
        environments = {
            name: (PROC / str(pid) / "environ").read_bytes() for pid, name in going.children().items()
        }
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in going.folder.iterdir()}
        modes[""] = stat.S_IMODE(going.folder.stat().st_mode)
        held.release.set()
    tofu = {item.partition(b"=")[0].decode() for item in environments["tofu"].split(b"\0") if item}
    assert tofu == ALLOWED
    assert len(environments) == 2
    assert not any(b"c4n4ry" in environment for environment in environments.values())
    assert modes.pop("") == 0o700
    # The one file that anybody might read names the provider and nothing else.
    assert {name for name, mode in modes.items() if mode & 0o077} == {"cli.tofurc"}
    assert bench.left() == []
