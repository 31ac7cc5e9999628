"""The child process: its own session, bounds on time, memory and output, and no survivors."""

import os
import signal
import sys
from pathlib import Path

import anyio
import pytest

from engine.adapters.tofu import process
from engine.adapters.tofu.process import Completed, run_child
from engine.core.errors import NotSetUp, RunnerFailed

pytestmark = pytest.mark.anyio

_ENVIRONMENT = {"PATH": os.defpath}
_LONG = 60.0


async def _python(code: str, folder: Path, seconds: float = _LONG) -> Completed:
    return await run_child(
        [sys.executable, "-c", code], folder=folder, environment=_ENVIRONMENT, timeout=seconds
    )


async def test_output_status_and_lines_come_back(tmp_path: Path) -> None:
    heard: list[str] = []

    async def hear(line: str) -> None:
        heard.append(line)

    code = "import sys; print('one'); print('two'); print('no', file=sys.stderr); sys.exit(3)"
    completed = await run_child(
        [sys.executable, "-c", code],
        folder=tmp_path,
        environment=_ENVIRONMENT,
        timeout=_LONG,
        on_line=hear,
    )
    assert completed == Completed(status=3, stdout="one\ntwo\n", stderr="no\n", timed_out=False)
    assert heard == ["one", "two"]


@pytest.mark.requirement("2.4.child")
async def test_a_child_leads_a_session_of_its_own_and_sees_only_its_environment(tmp_path: Path) -> None:
    code = "import os, stat; print(os.getsid(0) == os.getpid(), sorted(os.environ), oct(os.umask(0)))"
    completed = await _python(code, tmp_path)
    leads, names = completed.stdout.split(" ", 1)
    assert leads == "True"
    assert "'PATH'" in names
    assert "HOME" not in names
    assert names.endswith("0o77\n")


@pytest.mark.requirement("2.4.child")
async def test_a_child_that_takes_too_long_is_interrupted_politely(tmp_path: Path) -> None:
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, lambda *_: (print('saved', flush=True), sys.exit(1)))\n"
        "signal.pause()"
    )
    completed = await _python(code, tmp_path, seconds=1.0)
    assert completed == Completed(status=1, stdout="saved\n", stderr="", timed_out=True)


@pytest.mark.requirement("2.4.child")
async def test_a_child_that_ignores_the_interrupt_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "INTERRUPT_GRACE_SECONDS", 0.2)
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: signal.pause()"
    completed = await _python(code, tmp_path, seconds=1.0)
    assert (completed.status, completed.timed_out) == (-signal.SIGKILL, True)


@pytest.mark.requirement("2.4.child")
async def test_what_a_child_leaves_behind_is_killed_with_its_group(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "left = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'],"
        " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "print(left.pid)"
    )
    completed = await _python(code, tmp_path)
    await _is_gone(int(completed.stdout))


@pytest.mark.requirement("2.4.child")
async def test_cancelling_the_caller_leaves_no_process(tmp_path: Path) -> None:
    started = anyio.Event()
    pids: list[int] = []

    async def hear(line: str) -> None:
        pids.append(int(line))
        started.set()

    async def attend() -> None:
        await run_child(
            [sys.executable, "-c", "import os, signal; print(os.getpid(), flush=True); signal.pause()"],
            folder=tmp_path,
            environment=_ENVIRONMENT,
            timeout=_LONG,
            on_line=hear,
        )

    with anyio.fail_after(_LONG):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(attend)
            await started.wait()
            tasks.cancel_scope.cancel()
    await _is_gone(pids[0])


@pytest.mark.requirement("2.4.child")
@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux only")
async def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "CHILD_MEMORY_MAX_BYTES", 256 * 1024**2)
    code = "try:\n    bytearray(1 << 30)\nexcept MemoryError:\n    print('bounded')"
    completed = await _python(code, tmp_path)
    assert completed.stdout == "bounded\n"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
async def test_endless_output_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    monkeypatch.setattr(process, "CHILD_OUTPUT_MAX_BYTES", 100_000)
    with anyio.fail_after(_LONG / 4), pytest.raises(RunnerFailed, match="more than 100000 bytes"):
        await _python(f"import sys\nwhile True: print('x' * 1000, file=sys.{stream})", tmp_path)


async def test_lines_come_whole_and_while_the_child_runs(tmp_path: Path) -> None:
    heard: list[str] = []
    go = tmp_path / "go"
    os.mkfifo(go)

    async def hear(line: str) -> None:
        heard.append(line)
        if len(heard) == 1:
            await anyio.Path(go).write_text("on")

    code = (
        "import sys; out = sys.stdout\n"
        "print('\u00f6ne\\n\\nthr', end='', flush=True)\n"
        "open('go').read()\n"
        "print('ee\\nrest', end='')"
    )
    completed = await run_child(
        [sys.executable, "-X", "utf8", "-c", code],
        folder=tmp_path,
        environment=_ENVIRONMENT,
        timeout=_LONG,
        on_line=hear,
    )
    assert completed == Completed(status=0, stdout="\u00f6ne\n\nthree\nrest", stderr="", timed_out=False)
    assert heard == ["\u00f6ne", "", "three"]


async def test_a_listener_that_takes_nothing_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_LAST_WORDS_SECONDS", 0.1)

    async def hear(line: str) -> None:
        del line
        await anyio.sleep_forever()

    with anyio.fail_after(_LONG):
        completed = await run_child(
            [sys.executable, "-c", "print('one'); print('two')"],
            folder=tmp_path,
            environment=_ENVIRONMENT,
            timeout=_LONG,
            on_line=hear,
        )
    assert completed == Completed(status=0, stdout="one\ntwo\n", stderr="", timed_out=False)


async def test_what_a_child_writes_is_private_and_has_no_name_in_its_folder(tmp_path: Path) -> None:
    code = (
        "import os, stat\n"
        "print(os.listdir(), [oct(stat.S_IMODE(os.fstat(n).st_mode)) for n in (1, 2)],"
        " len({os.fstat(1).st_dev, os.stat('.').st_dev}))"
    )
    assert (await _python(code, tmp_path)).stdout == "[] ['0o600', '0o600'] 1\n"


async def test_a_child_whose_engine_is_killed_goes_on_to_its_end(tmp_path: Path) -> None:
    for name in ("go", "saved"):
        os.mkfifo(tmp_path / name)
    child = (
        "import sys\n"
        "open('go').read()\n"
        "print('x' * 1_000_000, flush=True)\n"
        "print('x', file=sys.stderr, flush=True)\n"
        "open('saved', 'w').write('all of it')"
    )
    engine = (
        "import sys, anyio, functools, pathlib\n"
        "from engine.adapters.tofu.process import run_child\n"
        "anyio.run(functools.partial(run_child, [sys.executable, '-c', sys.argv[1]],"
        " folder=pathlib.Path(sys.argv[2]), environment={}, timeout=60.0))"
    )
    async with await anyio.open_process([sys.executable, "-c", engine, child, str(tmp_path)]) as running:
        # Opening it waits for the child to do so.
        with anyio.fail_after(_LONG):
            go = await anyio.open_file(tmp_path / "go", "w")
        running.kill()
        await running.wait()
        saved = os.open(tmp_path / "saved", os.O_RDONLY | os.O_NONBLOCK)
        await go.aclose()
        with anyio.fail_after(_LONG):
            await anyio.wait_readable(saved)
        assert os.read(saved, 100) == b"all of it"
        os.close(saved)


async def test_an_executable_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp, match="does not start"):
        await run_child([str(tmp_path / "none")], folder=tmp_path, environment=_ENVIRONMENT, timeout=_LONG)


async def _is_gone(pid: int) -> None:
    """Wait until a killed process is reaped by whoever inherited it, or is a zombie that nobody reaps."""
    with anyio.fail_after(_LONG):
        while _alive(pid):
            await anyio.lowlevel.checkpoint()


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}
