"""Waivers: for a while, what a policy denies about one resource or type is a warning; failures still deny."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Waiver(BaseModel):
    """A waiver as stored; one is never changed, only given and taken back.

    Attributes:
        policy_id, policy: the policy, whatever its version, and its name.
        resource_id, resource_type: what it is about; exactly one is not empty.
        owner: who answers for it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    project_id: str
    policy_id: str
    policy: str
    resource_id: str = ""
    resource_type: str = ""
    owner: str
    reason: str
    created_at: datetime
    created_by: str
    expires_at: datetime


class UsedWaiver(BaseModel):
    """A waiver that turned reasons to deny into warnings, as the decision records it."""

    model_config = ConfigDict(frozen=True)

    id: str
    policy_id: str
    policy: str
    owner: str
    reason: str
    expires_at: datetime
    reasons: tuple[str, ...]
