"""The times of projects by command, and upkeep by command."""

from pathlib import Path

import pytest

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
