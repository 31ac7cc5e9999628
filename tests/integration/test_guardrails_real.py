"""Guardrails on what OpenTofu and the real provider plan, attached to a project as they are shipped."""

from pathlib import Path
from typing import Final

import pytest

from engine.core.operations.states import OperationState
from engine.core.policy.policies import RegoVersion
from engine.service.policies.add import add_policy
from engine.service.policies.attach import attach_policy
from server.demo.cloud import MockCloud
from tests.integration.guarded import GUARDED, Guarded
from tests.integration.planned import decided, planned
from tests.room import PROJECT, Room, open_room

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

GUARDRAILS: Final = Path(__file__).parents[2] / "policies" / "guardrails"


@pytest.mark.requirement("3.5.real-plans")
@pytest.mark.parametrize("guarded", GUARDED, ids=[guarded.resource_type for guarded in GUARDED])
async def test_guardrails_deny_the_bad_plan_and_say_nothing_of_the_good_one(
    guarded: Guarded, moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        await _attach(room, *guarded.denied)
        bad = await planned(room, guarded.resource_type, guarded.bad)
        assert {answer.name: answer.deny for answer in bad.policies} == guarded.denied
        good = await planned(room, guarded.resource_type, guarded.good)
        assert {answer.name for answer in good.policies} == set(guarded.denied)
        assert (good.deny, good.review, good.warn) == ((), (), ())


@pytest.mark.requirement("3.5.update")
async def test_what_was_made_well_cannot_be_opened_by_an_update(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        made = await room.create(
            "it", "aws_s3_bucket", {"bucket": "guarded", "versioning": [{"enabled": True}]}
        )
        assert made.operation.state is OperationState.FINISHED, made.error
        await _attach(room, "s3_no_public_acl", "s3_versioning")
        opened = await room.update("it", {"acl": "public-read", "versioning": [{"enabled": False}]})
        assert opened.operation.state is OperationState.DENIED
        assert decided(opened).deny == (
            'it: ACL "public-read" opens it to the public; take "private"',
            "it: versioning is off; enable it",
        )


async def _attach(room: Room, *rules: str) -> None:
    for rule in rules:
        source = (GUARDRAILS / rule / f"{rule}.rego").read_text(encoding="utf-8")
        await add_policy(room.services, room.alice, rule, source, RegoVersion.V1)
        await attach_policy(room.services, room.alice, rule, PROJECT)
