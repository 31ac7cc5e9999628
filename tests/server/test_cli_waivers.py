"""Waivers by command: given, seen wherever the operation is shown, taken back, and every refusal."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.core.errors import InvalidInput
from engine.testing.builders import MOMENT
from engine.testing.engines import DENY
from server.cli.policy.waive import parse_when
from tests.server.cli_stage import Stage, set_stage


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


@pytest.mark.requirement("3.2.waivers")
def test_a_waiver_is_given_seen_everywhere_and_taken_back(stage: Stage) -> None:
    stage.attach(DENY)
    terms = ("--owner", "team web", "--reason", "until the move", "--expires", "1d")
    given = stage.run("policy", "waive", "rules", "demo", "--resource", "logs", *terms)
    (waiver,) = stage.json("policy", "waivers")["waivers"]
    until = (MOMENT + timedelta(days=1)).isoformat(timespec="seconds")
    assert given.stdout == (
        f"waiver {waiver['id']}: policy rules only warns about resource logs of project demo until {until}\n"
    )
    created = stage.create("logs")
    assert created.exit_code == 4
    rows = [
        f"  waived     rules by team web until {until} (waiver {waiver['id']}): until the move",
        f"             warn: ask the owner (waived by team web until {until}: until the move)",
    ]
    assert set(rows) < set(created.stdout.splitlines())
    assert "  decision   pending review by rules v1" in created.stdout.splitlines()
    operation = created.stdout.splitlines()[1].split()[1]
    assert stage.run("policy", "why", operation).stdout.splitlines()[1] == (
        "  what rules denies is waived by team web: until the move"
    )
    assert "waived: rules by team web" in stage.run("history", "demo").stdout
    assert stage.run("policy", "waivers", "demo").stdout.splitlines()[1].split() == [
        *(waiver["id"], "rules", "demo", "logs", "team", "web"),
        *("2026-01-03T03:04:05", "until", "the", "move"),
    ]
    assert stage.run("policy", "unwaive", waiver["id"]).stdout == (
        f"waiver {waiver['id']} of policy rules is taken back\n"
    )
    assert stage.create("more").exit_code == 3
    assert stage.run("policy", "unwaive", waiver["id"]).exit_code == 6


@pytest.mark.requirement("3.2.waivers")
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ((), "resource_id"),
        (("--resource", "a", "--type", "b"), "resource_id"),
        (("--resource", "a", "--expires", "91d"), "expires"),
        (("--resource", "a", "--expires", "0m"), "expires"),
        (("--resource", "a", "--expires", "soon"), "expires"),
        (("--resource", "a", "--expires", "2026-01-03T12:00"), "expires"),
        (("--resource", "a", "--owner", ""), "owner"),
    ],
)
def test_a_waiver_that_is_not_acceptable_is_refused(stage: Stage, more: tuple[str, ...], field: str) -> None:
    stage.attach(DENY)
    terms = ("--owner", "ada", "--reason", "why", "--expires", "1d", "--output", "json")
    done = stage.run("policy", "waive", "rules", "demo", *terms, *more)
    assert (done.exit_code, json.loads(done.stdout)["error"]["field"]) == (2, field)


@pytest.mark.parametrize("missing", ["--owner", "--reason", "--expires"])
def test_a_waiver_names_owner_reason_and_end(stage: Stage, missing: str) -> None:
    stage.attach(DENY)
    terms = {"--owner": "ada", "--reason": "why", "--expires": "1d", "--resource": "logs"}
    del terms[missing]
    done = stage.run("policy", "waive", "rules", "demo", *(word for term in terms.items() for word in term))
    assert (done.exit_code, missing in done.stderr) == (2, True)
    assert stage.json("policy", "waivers")["waivers"] == []


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90m", MOMENT + timedelta(minutes=90)),
        ("12h", MOMENT + timedelta(hours=12)),
        ("30d", MOMENT + timedelta(days=30)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T12:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_is_given_as_time_ahead_or_as_a_date(text: str, moment: datetime) -> None:
    assert parse_when(text, MOMENT) == moment


@pytest.mark.parametrize("text", ["", "d", "1w", "-1d", "1.5d", "tomorrow", "2026-13-01", "999999d", "１d"])
def test_any_other_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_when(text, MOMENT)
    assert refused.value.field == "expires"
