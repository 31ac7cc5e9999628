"""Waivers: for a while, what a policy denies about one resource or type is a warning; failures still deny."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from engine.core.errors import InvalidInput
from engine.core.limits import WAIVER_MAX_DAYS


class WaiverTerms(BaseModel):
    """What a decision says of a waiver.

    Attributes:
        policy_id, policy: the policy, whatever its version, and its name.
        owner: who answers for it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    policy_id: str
    policy: str
    owner: str
    reason: str
    expires_at: datetime


class Waiver(WaiverTerms):
    """A waiver as stored; one is never changed, only given and taken back.

    Attributes:
        resource_id, resource_type: what it is about; exactly one is not empty.
    """

    project_id: str
    resource_id: str = ""
    resource_type: str = ""
    created_at: datetime
    created_by: str


class UsedWaiver(WaiverTerms):
    """A waiver that turned reasons to deny into warnings."""

    reasons: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """The reasons as warnings, each saying who waived it, until when and why."""
        until = self.expires_at.isoformat(timespec="seconds")
        return tuple(f"{r} (waived by {self.owner} until {until}: {self.reason})" for r in self.reasons)


def in_force(
    waivers: Iterable[Waiver], *, resource_id: str, resource_type: str, at: datetime
) -> tuple[Waiver, ...]:
    """Return the waivers that hold for a resource at a moment; one holds until the moment it expires."""
    return tuple(
        waiver
        for waiver in waivers
        if at < waiver.expires_at
        and (
            waiver.resource_id == resource_id if waiver.resource_id else waiver.resource_type == resource_type
        )
    )


def used_waivers(
    waivers: Sequence[WaiverTerms], denials: Mapping[str, Sequence[str]]
) -> tuple[UsedWaiver, ...]:
    """Return what waivers make of reasons to deny, by policy id; of several for one the longest counts."""
    longest = {waiver.policy_id: waiver for waiver in sorted(waivers, key=lambda w: (w.expires_at, w.id))}
    return tuple(
        UsedWaiver(
            **{name: getattr(longest[policy_id], name) for name in WaiverTerms.model_fields},
            reasons=tuple(reasons),
        )
        for policy_id, reasons in denials.items()
        if reasons and policy_id in longest
    )


def parse_expiry(expires_at: datetime, now: datetime) -> datetime:
    """Return the end of a waiver that is given now.

    Raises:
        InvalidInput: it has no zone, is not in the future, or lies more than 90 days ahead.
    """
    latest = now + timedelta(days=WAIVER_MAX_DAYS)
    if expires_at.utcoffset() is None:
        why = "a time without its zone is no moment"
    elif expires_at <= now:
        why = f"{expires_at.isoformat()} is not in the future"
    elif expires_at > latest:
        why = f"{expires_at.isoformat()} is more than {WAIVER_MAX_DAYS} days ahead"
    else:
        return expires_at
    raise InvalidInput(
        f"a waiver must expire: {why}",
        field="expires",
        hint=f"give a moment up to {latest.isoformat(timespec='seconds')}",
        facts={"latest": latest.isoformat()},
    )
