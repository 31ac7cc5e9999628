"""Packs on what OpenTofu and the real provider plan: what they stop, hold and let through."""

import json
from pathlib import Path
from typing import Final

import pytest

from engine.core.operations.states import OperationState
from engine.core.values import JsonObject
from engine.service.policies.attach_pack import attach_pack
from server.demo.cloud import MockCloud
from server.packs import read_pack
from tests.integration.planned import decided, planned
from tests.room import PROJECT, open_room

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.requirement("3.5.packs")]


def _document(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}})


_TRUST: Final = _document(Action="sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
_ANYBODY: Final = _document(Action="sts:AssumeRole", Principal={"AWS": "*"})
_FUNCTION: Final[JsonObject] = {
    "function_name": "f",
    "role": "arn:aws:iam::123456789012:role/r",
    "handler": "a.b",
    "runtime": "python3.8",
    "s3_bucket": "b",
    "s3_key": "k",
}
_BAD: Final[list[tuple[str, JsonObject, str]]] = [
    (
        "aws_iam_role",
        {
            "name": "r",
            "assume_role_policy": _TRUST,
            "inline_policy": [{"name": "a", "policy": _document(Action="*")}],
        },
        'it: inline_policy.0.policy allows "*": name the actions that are needed',
    ),
    (
        "aws_iam_role",
        {"name": "r", "assume_role_policy": _ANYBODY},
        (
            "it: its trust policy lets * assume it: "
            "name accounts or roles, or add a condition such as aws:PrincipalOrgID"
        ),
    ),
    (
        "aws_lambda_function",
        {**_FUNCTION, "environment": [{"variables": {"DB_PASSWORD": "hunter2"}}]},
        (
            "it: environment.0.variables.DB_PASSWORD is named like a secret and is in clear: "
            "keep it in Secrets Manager or as a SecureString, and refer to it"
        ),
    ),
    (
        "aws_iam_access_key",
        {"user": "u"},
        "it: aws_iam_access_key is not allowed (aws_iam_access_key): use another type",
    ),
]
_GOOD: Final[list[tuple[str, JsonObject]]] = [
    ("aws_iam_role", {"name": "r", "assume_role_policy": _TRUST}),
    ("aws_lambda_function", {**_FUNCTION, "environment": [{"variables": {"LEVEL": "debug"}}]}),
    ("aws_sqs_queue", {"name": "orders"}),
    ("aws_ssm_parameter", {"name": "/app/password", "type": "SecureString", "value": "hunter2"}),
]


async def test_the_baseline_denies_what_is_bad_and_allows_what_is_good(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        await attach_pack(room.services, room.alice, read_pack("baseline"), PROJECT)
        for resource_type, config, reason in _BAD:
            decision = await planned(room, resource_type, config)
            assert (decision.outcome.value, decision.deny) == ("denied", (reason,))
        for resource_type, config in _GOOD:
            decision = await planned(room, resource_type, config)
            assert (decision.outcome.value, decision.deny, decision.review) == ("allowed", (), ())


async def test_a_replacement_is_held_by_the_baseline_and_denied_by_production(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        made = await room.create("it", "aws_s3_bucket", {"bucket": "packed", "tags": {"owner": "ops"}})
        assert made.operation.state is OperationState.FINISHED, made.error
        await attach_pack(room.services, room.alice, read_pack("baseline"), PROJECT)
        held = await room.update("it", {"bucket": "packed-again"})
        assert held.operation.state is OperationState.PENDING_REVIEW
        assert decided(held).review == (
            "it: replacing it because of bucket destroys what it holds: see that there is a copy",
        )
        await attach_pack(room.services, room.alice, read_pack("production"), PROJECT)
        denied = await room.delete("it")
        assert denied.operation.state is OperationState.DENIED
        assert decided(denied).deny == (
            "it: it would be deleted in production (every project is): ask for a waiver, or keep it",
        )
