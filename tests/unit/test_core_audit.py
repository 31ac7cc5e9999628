"""The audit chain: whatever is done to it shows."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.core.audit import GENESIS, AuditEntry, AuditEvent, AuditHead, seal, verify
from engine.core.digest import digest
from engine.core.errors import IntegrityFailed
from engine.core.values import JsonObject
from engine.testing.strategies import json_objects

AT = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS = st.builds(
    AuditEvent,
    at=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
    actor=st.text(max_size=3),
    event=st.sampled_from(["operation.plan", "policy.attached"]),
    project_id=st.text(max_size=2),
    subject=st.text(max_size=2),
    facts=json_objects,
)


def chain(events: list[AuditEvent]) -> tuple[list[AuditEntry], AuditHead]:
    head, entries = AuditHead(), []
    for event in events:
        entries.append(seal(event, head))
        head = AuditHead(sequence=entries[-1].sequence, digest=entries[-1].digest)
    return entries, head


CHAINS = st.lists(EVENTS, min_size=1, max_size=5).map(chain)


def event(**members: Any) -> AuditEvent:
    return AuditEvent(**{"at": AT, "actor": "alice", "event": "operation.plan", **members})


@given(st.lists(EVENTS, max_size=5))
def test_an_untouched_chain_verifies(events: list[AuditEvent]) -> None:
    entries, head = chain(events)
    assert verify(entries, head) == len(events)
    again = [AuditEntry.model_validate_json(entry.model_dump_json()) for entry in entries]
    assert verify(again, head) == len(events)


def broken(entries: list[AuditEntry], head: AuditHead, at: int) -> None:
    with pytest.raises(IntegrityFailed) as caught:
        verify(entries, head)
    assert caught.value.facts == {"sequence": at}
    assert caught.value.hint


EDITS: dict[str, Any] = {
    "at": AT - timedelta(days=9_999),
    "actor": "mallory",
    "event": "nothing.happened",
    "project_id": "other",
    "subject": "other",
    "facts": {"forged": True},
    "sequence": 99,
    "previous": "sha256:" + "f" * 64,
    "digest": "sha256:" + "f" * 64,
}


def test_every_member_of_an_entry_is_edited_below() -> None:
    assert EDITS.keys() == AuditEntry.model_fields.keys()


@given(CHAINS, st.sampled_from(sorted(EDITS)), st.data())
def test_any_edit_is_found_where_it_was_made(
    made: tuple[list[AuditEntry], AuditHead], member: str, data: st.DataObject
) -> None:
    entries, head = made
    at = data.draw(st.integers(0, len(entries) - 1))
    entries[at] = entries[at].model_copy(update={member: EDITS[member]})
    broken(entries, head, at + 1)


@given(CHAINS, st.data())
def test_an_entry_resealed_after_an_edit_breaks_its_follower_or_the_head(
    made: tuple[list[AuditEntry], AuditHead], data: st.DataObject
) -> None:
    entries, head = made
    at = data.draw(st.integers(0, len(entries) - 1))
    before = AuditHead(sequence=at, digest=entries[at].previous)
    entries[at] = seal(event(actor="mallory"), before)
    broken(entries, head, at + 1 if at == len(entries) - 1 else at + 2)


@given(CHAINS, st.data())
def test_any_deletion_is_found(made: tuple[list[AuditEntry], AuditHead], data: st.DataObject) -> None:
    entries, head = made
    at = data.draw(st.integers(0, len(entries) - 1))
    last = at == len(entries) - 1
    del entries[at]
    broken(entries, head, at if last else at + 1)


@given(CHAINS, st.data())
def test_any_truncation_is_found(made: tuple[list[AuditEntry], AuditHead], data: st.DataObject) -> None:
    entries, head = made
    kept = data.draw(st.integers(0, len(entries) - 1))
    broken(entries[:kept], head, kept)


@given(st.lists(EVENTS, min_size=2, max_size=5).map(chain), st.data())
def test_any_swap_is_found(made: tuple[list[AuditEntry], AuditHead], data: st.DataObject) -> None:
    entries, head = made
    first, second = data.draw(st.lists(st.integers(0, len(entries) - 1), min_size=2, max_size=2, unique=True))
    entries[first], entries[second] = entries[second], entries[first]
    broken(entries, head, min(first, second) + 1)


@given(CHAINS, EVENTS, st.data())
def test_any_insertion_is_found(
    made: tuple[list[AuditEntry], AuditHead], added: AuditEvent, data: st.DataObject
) -> None:
    entries, head = made
    at = data.draw(st.integers(0, len(entries)))
    before = AuditHead(sequence=at, digest=entries[at - 1].digest if at else GENESIS)
    entries.insert(at, seal(added, before))
    with pytest.raises(IntegrityFailed):
        verify(entries, head)


def test_an_empty_chain_has_an_empty_head() -> None:
    assert verify([], AuditHead()) == 0
    broken([], AuditHead(sequence=1), 0)


def test_the_first_entry_follows_the_genesis_digest() -> None:
    entry = seal(event(), AuditHead())
    assert (entry.sequence, entry.previous) == (1, GENESIS)
    body: JsonObject = {
        "at": "2026-01-01T00:00:00+00:00",
        "actor": "alice",
        "event": "operation.plan",
        "project_id": "",
        "subject": "",
        "facts": {},
        "sequence": 1,
        "previous": GENESIS,
    }
    assert entry.digest == digest(body)


def test_the_moment_counts_not_the_zone_it_is_spelt_in() -> None:
    entry = seal(event(), AuditHead())
    elsewhere = entry.model_copy(update={"at": AT.astimezone(timezone(timedelta(hours=2)))})
    assert verify([elsewhere], AuditHead(sequence=1, digest=entry.digest)) == 1


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValidationError):
        event(at=AT.replace(tzinfo=None))
