"""Samples: what a policy was asked and said, kept for a while for those who write it."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from engine.core.limits import SAMPLE_KEEP_DAYS
from engine.core.policy.decision import Outcome, PolicyAnswer
from engine.core.values import JsonObject


class Sample(BaseModel):
    """One evaluation of one policy.

    Attributes:
        policy_id, policy_version: which version was asked.
        outcome: what this policy alone would have decided.
        answer: what it said.
        policy_input: what it was asked, secrets redacted.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    policy_id: str
    policy_version: int
    project_id: str
    operation_id: str
    at: datetime
    outcome: Outcome
    answer: PolicyAnswer
    policy_input: JsonObject


def oldest_kept(now: datetime) -> datetime:
    """Return the moment before which samples are no longer kept."""
    return now - timedelta(days=SAMPLE_KEEP_DAYS)
