"""What assistants are told of the policies that decided: their versions, those left out, and every waiver."""

from datetime import timedelta

import pytest

from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import RegoVersion
from engine.service.policies.add import add_policy
from engine.service.policies.waive import waive_policy
from engine.testing.builders import MOMENT
from engine.testing.engines import DENY, SAID, UNDECIDED, make_services
from engine.testing.evaluators import ScriptedEvaluator
from tests.server.mcp_desk import BOB, BUCKET, asking, bind, text

pytestmark = pytest.mark.anyio

ABOUT = {UNDECIDED: PolicyMetadata(resource_types=("aws_*",))}


@pytest.mark.requirement("3.2.named-versions", "3.2.waivers")
async def test_a_waived_denial_is_told_with_its_owner_its_end_and_its_reasons() -> None:
    engine = make_services(evaluator=ScriptedEvaluator(SAID, about=ABOUT))
    await bind(engine, UNDECIDED)
    await bind(engine, DENY)
    await add_policy(engine.services, BOB, "other", UNDECIDED, RegoVersion.V1, labels=("autoattach:*",))
    waiver = await waive_policy(
        engine.services,
        BOB,
        "rule",
        "default",
        resource_id="logs",
        owner="team\nweb",
        reason="until the move\u202e",
        expires_at=MOMENT + timedelta(days=1),
    )
    async with asking(engine) as asked:
        done = await asked.intent(**BUCKET)
        listed = await asked.intent(operation="status", project="default")
    until = "2026-01-03T03:04:05+00:00"
    decision = done.structured_content["decision"]
    assert decision["outcome"] == "pending_review"
    assert [(p["name"], p["version"]) for p in decision["policies"]] == [("rule", 2)]
    assert (decision["not_applicable"], decision["deny"], decision["decided_by"]) == (1, [], [])
    assert decision["waivers"] == [
        {
            "id": waiver.id,
            "policy": "rule",
            "owner": "team\nweb",
            "reason": "until the move\\u202e",
            "expires_at": until,
            "reasons": ["not in this project", "ask the owner"],
        }
    ]
    lines = text(done).splitlines()
    assert "decision: pending_review by rule v2: no policy allows it and none denies it" in lines
    assert f"  waived: rule by team\\nweb until {until}: until the move\\u202e" in lines
    (last,) = listed.structured_content["overview"]["waiting"]
    assert last["decision"]["policies"] == ["rule v2"]
    assert last["decision"]["waived"] == ["rule by team\nweb"]


@pytest.mark.requirement("3.1.selection")
async def test_where_no_policy_applies_the_text_says_so() -> None:
    engine = make_services(evaluator=ScriptedEvaluator(SAID, about=ABOUT))
    await bind(engine, UNDECIDED)
    async with asking(engine) as asked:
        done = await asked.intent(**BUCKET)
    said = "decision: pending_review: policies are attached, and none of them applies to it"
    assert said in text(done).splitlines()
