"""The times of projects by command, and upkeep by command."""

import os
import signal
from pathlib import Path

import anyio
import pytest

from engine.core.errors import StoreFailed
from server.scheduler import Wait
from tests.server.cli_stage import Stage, set_stage


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


@pytest.mark.requirement("4.5.ttl")
@pytest.mark.requirement("4.5.extend")
def test_a_project_is_given_an_end_more_time_and_no_end(stage: Stage) -> None:
    made = stage.json(
        "project", "create", "web", "--ttl", "7d", "--at-expiry", "destroy", "--refresh-every", "6h"
    )
    assert made["lifetime"] == {
        "words": "expires in 7d, at 2026-01-09T03:04:05+00:00, and is destroyed then",
        "expires_at": "2026-01-09T03:04:05.678901+00:00",
        "at_expiry": "destroy",
        "warned": [],
        "archived_at": None,
        "destroyed_at": None,
        "refresh_every": "6h",
    }
    shown = stage.run("project", "show", "web").stdout
    assert "  time       expires in 7d, at 2026-01-09T03:04:05+00:00, and is destroyed then\n" in shown
    assert "  refreshed  every 6h\n" in shown
    longer = stage.json("project", "extend", "web", "--by", "3d")
    assert longer["lifetime"]["expires_at"] == "2026-01-12T03:04:05.678901+00:00"
    endless = stage.json(
        "project", "update", "web", "--no-ttl", "--at-expiry", "archive", "--refresh-every", "off"
    )
    assert endless["lifetime"]["words"] == ""
    assert endless["lifetime"]["refresh_every"] == "off"


@pytest.mark.requirement("4.5.ttl")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["update", "demo", "--ttl", "P7D"], 2, "'P7D' is no length of time"),
        (["update", "demo", "--ttl", "4000d"], 2, "give 1m to 3660d"),
        (["update", "demo", "--ttl", "1d", "--no-ttl"], 2, "give --ttl or --no-ttl"),
        (["update", "demo", "--refresh-every", "5m"], 2, "give 15m to 30d"),
        (["update", "demo", "--unarchive"], 5, "project demo is not archived"),
        (["extend", "demo", "--by", "1d"], 5, "project demo has no end to be moved"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_the_way_out(
    stage: Stage, words: list[str], code: int, said: str
) -> None:
    done = stage.run("project", *words)
    assert (done.exit_code, said in done.stderr) == (code, True)


@pytest.mark.requirement("4.5.timer")
def test_one_pass_by_command_carries_out_what_is_due_and_says_so(stage: Stage) -> None:
    assert stage.run("scheduler", "run", "--once").stdout == "nothing was due\n"
    stage.create("logs")
    stage.run("project", "update", "demo", "--refresh-every", "6h", "--ttl", "2d")
    stage.engine.clock.advance(6 * 3_600)
    stage.engine.cloud.delete("fake_bucket", "logs")
    found = stage.json("scheduler", "run", "--once")
    assert found["warned"] == ["demo: 72 h"]
    (operation,) = found["due"]
    shown = stage.run("project", "show", "demo").stdout
    assert f"logs      missing: the cloud no longer has it  2026-01-02T09:04:05  {operation}" in shown
    assert stage.json("project", "show", "demo")["lifetime"]["warned"] == [72]
    stage.engine.clock.advance(2 * 24 * 3_600)
    assert "archived demo\n" in stage.run("scheduler", "run", "--once").stdout
    refused = stage.create("other")
    assert refused.exit_code == 5
    assert "project demo takes no changes: it is archived" in refused.stderr
    assert "`intent project update demo --unarchive` opens it again" in refused.stderr


@pytest.mark.requirement("4.5.upkeep")
def test_a_pass_with_a_problem_says_which_and_exits_with_1(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_services: object) -> None:
        raise StoreFailed("the disk is full")

    monkeypatch.setattr("engine.service.upkeep.upkeep.forget_samples", broken)
    done = stage.run("scheduler", "run", "--once")
    assert (done.exit_code, done.stdout) == (1, "problem: samples: the disk is full (store_failed)\n")


@pytest.mark.requirement("4.5.timer")
def test_the_command_makes_passes_until_a_signal_ends_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.run("project", "update", "demo", "--ttl", "1h")

    def tick(_seconds: float) -> Wait:
        async def wait() -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            await anyio.sleep_forever()

        return wait

    monkeypatch.setattr("server.cli.scheduler.every", tick)
    done = stage.run("scheduler", "run")
    assert (done.exit_code, done.stdout) == (0, "warned demo: 1 h\n")
