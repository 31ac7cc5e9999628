"""When an interrupted operation is looked at again, what an event says was made, and which names are ids."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.core.limits import RECOVERY_RETRY_MAX_SECONDS, RECOVERY_RETRY_SECONDS
from engine.core.operations.interruption import Interruption
from engine.core.operations.steps import EffectEvent
from engine.core.providers.natural import natural_id

AT = datetime(2026, 1, 2, tzinfo=UTC)


def looked(attempts: int, problem: str | None) -> Interruption:
    return Interruption(attempts=attempts, looked_at=AT, problem=problem)


@pytest.mark.requirement("4.1.recovery-timer")
def test_what_was_never_looked_for_is_due_and_what_no_place_told_never_is() -> None:
    assert Interruption().due(AT)
    assert not looked(1, None).due(AT + timedelta(days=1_000))


@pytest.mark.requirement("4.1.recovery-timer")
@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [
        (1, 2 * RECOVERY_RETRY_SECONDS),
        (2, 4 * RECOVERY_RETRY_SECONDS),
        (1_000_000, RECOVERY_RETRY_MAX_SECONDS),
    ],
)
def test_what_could_not_be_told_is_due_after_twice_as_long_each_time(attempts: int, seconds: int) -> None:
    known = looked(attempts, "runner_failed")
    assert not known.due(AT + timedelta(seconds=seconds - 1))
    assert known.due(AT + timedelta(seconds=seconds))


def test_only_the_end_of_a_creation_names_what_was_made() -> None:
    events = [
        EffectEvent(type=said, action=action, object_id="i-1")
        for said in ("apply_start", "apply_complete")
        for action in ("create", "delete")
    ]
    assert [event.made for event in events] == [None, None, "i-1", None]


@pytest.mark.requirement("4.1.recovery-natural")
def test_only_a_known_type_whose_configuration_gives_the_name_has_a_natural_id() -> None:
    assert natural_id("aws_s3_bucket", {"bucket": "logs"}) == "logs"
    assert natural_id("aws_s3_bucket", {"bucket": {"$ref": "a.b"}}) == ""
    assert natural_id("aws_s3_bucket", {"bucket_prefix": "logs"}) == ""
    assert natural_id("aws_instance", {"name": "logs"}) == ""
