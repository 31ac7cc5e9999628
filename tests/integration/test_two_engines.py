"""Two real servers on one database, started at the same moment on an empty home: each request done once."""

import os
import sys
from collections import Counter
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from engine.adapters.store.unit_of_work import open_store
from server.bootstrap import locate_tofu
from server.settings import Settings
from tests.server.mcp_desk import Asked

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

NAMES: Final = ("one", "two", "three")
NULL: Final = {"provider": "hashicorp/null", "resource_type": "null_resource"}


# Stands before OpenTofu and notes when each run begins and ends.
WRAPPER: Final = """\
#!/bin/sh
case "$1" in plan|apply|show|providers) ;; *) exec {tofu} "$@" ;; esac
echo + >>{log}; {tofu} "$@"; ended=$?; echo - >>{log}; exit $ended
"""


def program(home: Path, tofu: Path) -> StdioServerParameters:
    script = str(Path(sys.executable).parent / "intent")
    environment = {**os.environ, "INTENT_HOME": str(home), "INTENT_ACTOR": "ada", "INTENT_TOFU": str(tofu)}
    return StdioServerParameters(command=script, args=["mcp"], env=environment)


async def noting_tofu(folder: Path, log: Path) -> Path:
    """Return an OpenTofu that writes its beginnings and ends to a file."""
    wrapper = folder / "tofu"
    wrapper.write_text(WRAPPER.format(log=log, tofu=await locate_tofu(Settings.load())))
    wrapper.chmod(0o755)
    return wrapper


@pytest.mark.requirement("4.2.two-engines", "4.2.slots", "4.security.45")
async def test_two_servers_that_are_asked_the_same_carry_each_request_out_once(tmp_path: Path) -> None:
    home, answers = tmp_path / "home", list[tuple[str, str]]()

    log = tmp_path / "runs"
    tofu = await noting_tofu(tmp_path, log)

    async def ask(asked: Asked, name: str) -> None:
        create = {"operation": "create", "resource_id": name, "config": {"triggers": {"name": name}}, **NULL}
        found: Any = (await asked.intent(**create, idempotency_key=name, wait_seconds=55)).structured_content
        operation_id = found["operation"]["id"]
        while found["next"] == "wait":
            found = (await asked.intent(operation="status", operation_id=operation_id)).structured_content
        assert (found["operation"]["state"], found["error"]) == ("FINISHED", None)
        answers.append((name, operation_id))

    async def session() -> None:
        async with (
            Client(stdio_client(program(home, tofu), errlog=complaints)) as client,
            anyio.create_task_group() as tasks,
        ):
            for name in NAMES:
                tasks.start_soon(ask, Asked(client), name)

    with (tmp_path / "stderr").open("w") as complaints, anyio.fail_after(300):
        async with anyio.create_task_group() as servers:
            servers.start_soon(session)
            servers.start_soon(session)
    assert (tmp_path / "stderr").read_text() == ""
    assert (len(answers), len(set(answers))) == (2 * len(NAMES), len(NAMES))
    async with open_store(f"sqlite:///{home / 'intent.db'}") as store, store.transaction() as transaction:
        operations = await transaction.operations.list(None, None, 50)
        events = Counter((e.event, e.subject) for e in await transaction.audit.entries())
    assert {(o.resource_id, o.state.value, o.fencing_token) for o in operations} == {
        (name, "FINISHED", 1) for name in NAMES
    }
    for _, operation_id in answers:
        for event in ("proposed", "plan", "planned", "allow", "applied"):
            assert events[f"operation.{event}", operation_id] == 1
    at_once = list(accumulate(1 if line == "+" else -1 for line in log.read_text().splitlines()))
    assert len(at_once) >= 2 * 3 * len(NAMES)
    assert max(at_once) <= (os.cpu_count() or 1)
