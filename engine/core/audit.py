"""The audit chain: each entry carries the digest of the one before, so that no row changes unnoticed."""

from collections.abc import Iterable
from datetime import UTC
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from engine.core.digest import digest
from engine.core.errors import IntegrityFailed
from engine.core.values import JsonObject

GENESIS: Final = "sha256:" + "0" * 64


class AuditEvent(BaseModel):
    """What happened, before it has its place in the chain; `facts` hold no secrets."""

    model_config = ConfigDict(frozen=True)

    at: AwareDatetime
    actor: str
    event: str
    project_id: str = ""
    subject: str = ""
    facts: JsonObject = Field(default_factory=dict)


class AuditEntry(AuditEvent):
    """An event in its place: `sequence` counts from 1 without gaps."""

    sequence: int
    previous: str
    digest: str


class AuditHead(BaseModel):
    """The end of the chain, kept apart from the entries so that a missing tail is noticed."""

    model_config = ConfigDict(frozen=True)

    sequence: int = 0
    digest: str = GENESIS


def seal(event: AuditEvent, head: AuditHead) -> AuditEntry:
    """Return the entry that follows `head`."""
    body = _body(event, head.sequence + 1, head.digest)
    return AuditEntry(
        **event.model_dump(), sequence=head.sequence + 1, previous=head.digest, digest=digest(body)
    )


def verify(entries: Iterable[AuditEntry], head: AuditHead) -> int:
    """Walk a whole chain and return how many entries it has.

    Raises:
        IntegrityFailed: an entry was changed, removed, added or moved; names the first that does not fit.
    """
    reached = AuditHead()
    for entry in entries:
        expected = seal(
            AuditEvent.model_validate(entry.model_dump(include=set(AuditEvent.model_fields))), reached
        )
        if expected != entry:
            raise IntegrityFailed(
                f"audit entry {reached.sequence + 1} does not follow from the entries before it",
                hint="compare the database with a backup; nothing after this entry can be trusted",
                facts={"sequence": reached.sequence + 1},
            )
        reached = AuditHead(sequence=entry.sequence, digest=entry.digest)
    if reached != head:
        raise IntegrityFailed(
            f"the audit chain ends at entry {reached.sequence}, but {head.sequence} were written",
            hint="compare the database with a backup; entries are missing at its end",
            facts={"sequence": reached.sequence},
        )
    return reached.sequence


def _body(event: AuditEvent, sequence: int, previous: str) -> JsonObject:
    # The moment is part of the entry, not the time zone that a database spells it in.
    at = event.at.astimezone(UTC).isoformat()
    return {**event.model_dump(mode="json"), "at": at, "sequence": sequence, "previous": previous}
