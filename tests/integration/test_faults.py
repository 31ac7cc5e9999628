"""What goes wrong outside, for real: each ends in the record with a way out, and nothing is lost."""

from pathlib import Path

import pytest

from engine.core.operations.states import OperationState
from engine.service.projects.update import update_project
from server.demo.cloud import MockCloud, mock_cloud
from tests.room import AWS, PROJECT, Room, open_room

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


@pytest.mark.requirement("2.8.credentials")
async def test_wrong_credentials_are_the_clouds_words_in_the_record(real_home: Path, tmp_path: Path) -> None:
    with mock_cloud({"INITIAL_NO_AUTH_ACTION_COUNT": "0"}) as strict:
        async with open_room(strict, real_home, tmp_path / "intent.db") as room:
            await _fails_with_words(room, "status code: 403")


@pytest.mark.requirement("2.8.cloud-unreachable")
async def test_an_unreachable_cloud_is_said_so(moto: MockCloud, real_home: Path, tmp_path: Path) -> None:
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        settings = MockCloud(url="http://127.0.0.1:9", pid=0).provider_settings
        settings["max_retries"] = 1
        await update_project(room.services, room.alice, PROJECT, provider_settings={AWS: settings})
        await _fails_with_words(room, "connection refused")


@pytest.mark.requirement("2.8.no-tofu")
async def test_a_missing_opentofu_is_named_with_the_command_that_brings_it(
    moto: MockCloud, real_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        known = await room.create("before", "aws_sns_topic", {"name": "before"})
        assert known.operation.state is OperationState.FINISHED
    monkeypatch.setenv("INTENT_TOFU", str(tmp_path / "no-such-tofu"))
    async with open_room(moto, real_home, tmp_path / "other.db") as room:
        refused = await room.create("it", "aws_sns_topic", {"name": "none"})
        assert refused.operation.state is OperationState.FAILED
        assert refused.error is not None
        assert refused.error.code == "not_set_up"
        assert refused.error.hint


async def _fails_with_words(room: Room, words: str) -> None:
    failed = await room.create("it", "aws_s3_bucket", {"bucket": "never"})
    assert failed.operation.state is OperationState.FAILED
    assert failed.error is not None
    assert failed.error.code == "provider_failed"
    assert failed.error.hint
    assert failed.error.untrusted_detail is not None
    assert words in failed.error.untrusted_detail
