"""What the policies of a room say of a creation that OpenTofu plans for real. Nothing is made."""

from engine.core.policy.decision import Decision
from engine.core.values import JsonObject
from engine.service.create import create
from engine.service.report import OperationReport
from tests.room import AWS, PROJECT, Room


async def planned(room: Room, resource_type: str, config: JsonObject) -> Decision:
    """Return what the policies say of a creation that is only planned."""
    asked = create(
        room.services,
        room.alice,
        PROJECT,
        resource_id="it",
        provider=AWS,
        provider_version="3.39.0",
        resource_type=resource_type,
        config=config,
        dry_run=True,
    )
    return decided(await room.done(asked))


def decided(report: OperationReport) -> Decision:
    """Return the decision of an operation, for which no policy failed."""
    assert report.decision is not None, report.error
    assert [answer.failure for answer in report.decision.policies] == [None] * len(report.decision.policies)
    return report.decision
