"""The server as a process of its own: only JSON-RPC on stdout, and nothing lost when its client leaves."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import anyio
import pytest
from mcp import Client, StdioServerParameters

from engine.adapters.store.unit_of_work import open_store
from engine.core.operations.operation import Operation
from tests.server.mcp_desk import BUCKET, check, text

pytestmark = pytest.mark.anyio

ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = 60


def command(folder: Path, seconds: float) -> list[str]:
    return [sys.executable, str(ROOT / "tests" / "server" / "mcp_standin.py"), str(folder), str(seconds)]


@contextmanager
def process(folder: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Start a server and shake hands by hand; kill it in the end whatever became of it."""
    with subprocess.Popen(
        command(folder, seconds),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            info = {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "e", "version": "1"},
            }
            send(server, {"id": 1, "method": "initialize", "params": info})
            assert receive(server)["result"]["serverInfo"]["name"] == "intent"
            send(server, {"method": "notifications/initialized"})
            yield server
        finally:
            server.kill()


def send(server: subprocess.Popen[str], message: dict[str, Any]) -> None:
    assert server.stdin is not None
    server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    server.stdin.flush()


def receive(server: subprocess.Popen[str]) -> Any:
    assert server.stdout is not None
    return json.loads(server.stdout.readline())


def begin_a_create(server: subprocess.Popen[str]) -> str:
    """Ask for a create, wait until it is being applied, and return its id."""
    found = call(server, 2, {**BUCKET, "wait_seconds": 0})
    operation_id = str(found["id"])
    for number in range(3, 1000):
        if found["state"] == "APPLYING":
            return operation_id
        assert found["state"] in {"QUEUED", "PLANNING", "DECIDING"}
        found = call(server, number, {"operation": "status", "operation_id": operation_id})
    raise AssertionError("never applied")


def call(server: subprocess.Popen[str], number: int, arguments: dict[str, Any]) -> Any:
    params = {"name": "intent", "arguments": arguments}
    send(server, {"id": number, "method": "tools/call", "params": params})
    return receive(server)["result"]["structuredContent"]["operation"]


async def stored(folder: Path, operation_id: str) -> Operation:
    async with (
        open_store(f"sqlite+aiosqlite:///{folder}/intent.db") as store,
        store.transaction() as transaction,
    ):
        found = await transaction.operations.find(operation_id)
    assert found is not None
    return found


@pytest.mark.requirement("2.6.stdout", "2.6.progress")
async def test_a_client_gets_answers_and_progress_over_pipes(tmp_path: Path) -> None:
    program, *arguments = command(tmp_path, 0.2)
    parameters = StdioServerParameters(
        command=program, args=arguments, env={"PYTHONPATH": str(ROOT)}, cwd=ROOT
    )
    heard: list[str | None] = []

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        assert (progress, total) == (1.0, None)
        heard.append(message)

    with anyio.fail_after(SECONDS):
        async with Client(parameters) as client:
            assert client.instructions is not None
            assert "intent approve" in client.instructions
            listed = await client.list_tools()
            done = check("intent", await client.call_tool("intent", BUCKET, progress_callback=listen))
    assert [tool.name for tool in listed.tools] == ["intent", "provider"]
    assert text(done).startswith("create logs in default: FINISHED")
    assert heard == ["fake_bucket.logs: applying"]


async def test_closing_stdin_during_an_apply_still_records_its_outcome(tmp_path: Path) -> None:
    with process(tmp_path, 1) as server:
        operation_id = begin_a_create(server)
        rest, complaints = server.communicate(timeout=SECONDS)
        code = server.returncode
    assert (code, rest) == (0, "")
    # What the fake printed went to stderr: the pipe to the client carries JSON-RPC alone.
    assert complaints == "a stray line\n"
    assert (await stored(tmp_path, operation_id)).state == "FINISHED"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_signal_during_an_apply_waits_for_its_outcome(tmp_path: Path, number: signal.Signals) -> None:
    with process(tmp_path, 1) as server:
        operation_id = begin_a_create(server)
        server.send_signal(number)
        code = server.wait(timeout=SECONDS)
    assert code == -number
    assert (await stored(tmp_path, operation_id)).state == "FINISHED"


async def test_an_idle_server_ends_at_a_signal_although_stdin_is_open(tmp_path: Path) -> None:
    with process(tmp_path, 0) as server:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=SECONDS) == -signal.SIGTERM


@pytest.mark.requirement("2.6.stdout")
async def test_a_line_that_is_no_json_rpc_does_not_end_the_server(tmp_path: Path) -> None:
    with process(tmp_path, 0) as server:
        assert server.stdin is not None
        server.stdin.write("not json\n[1, 2\n")
        send(server, {"id": 9, "method": "tools/call", "params": {"name": "other", "arguments": {}}})
        answer = receive(server)
    assert answer["error"]["message"] == "there is no such tool; there are intent and provider"
