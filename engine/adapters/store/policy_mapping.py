"""Rows of policies, their versions, waivers and samples. How a record becomes text is `mapping`'s."""

from engine.adapters.store.mapping import encode, moment
from engine.adapters.store.tables import PolicyRow, PolicyVersionRow, SampleRow, WaiverRow
from engine.core.policy.bonds import AUTOATTACH
from engine.core.policy.policies import Policy, PolicyVersion
from engine.core.policy.samples import Sample
from engine.core.policy.waivers import Waiver


def policy_row(policy: Policy) -> PolicyRow:
    """Return the row of a policy."""
    return PolicyRow(
        id=policy.id,
        name=policy.name,
        space=policy.space,
        auto=any(label.startswith(AUTOATTACH) for label in policy.labels),
        deleted=policy.deleted_at is not None,
        document=encode(policy),
    )


def policy_version_row(policy: PolicyVersion) -> PolicyVersionRow:
    """Return the row of one version of a policy."""
    return PolicyVersionRow(policy_id=policy.id, version=policy.version, document=encode(policy))


def waiver_row(waiver: Waiver) -> WaiverRow:
    """Return the row of a waiver."""
    return WaiverRow(
        id=waiver.id, project_id=waiver.project_id, policy_id=waiver.policy_id, document=encode(waiver)
    )


def sample_row(sample: Sample) -> SampleRow:
    """Return the row of a sample."""
    return SampleRow(
        id=sample.id,
        policy_id=sample.policy_id,
        outcome=sample.outcome.value,
        at=moment(sample.at),
        document=encode(sample),
    )
