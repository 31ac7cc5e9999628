"""The input that policies see."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.plans.decode import decode_plan
from engine.core.plans.plan import Action, Plan
from engine.core.policy.input import (
    PlanInput,
    PolicyInput,
    RequestInput,
    ResourceInput,
    actor_input,
    plan_input,
    project_input,
)
from engine.core.projects import Project
from engine.core.values import JsonObject
from engine.testing.strategies import json_objects

GOLDEN = Path(__file__).parents[1] / "golden" / "plans"
ALICE = Principal(
    subject="alice",
    kind=PrincipalKind.ASSISTANT,
    client="editor",
    roles=("dev",),
    scopes=frozenset({Scope.RESOURCES_WRITE, Scope.AUDIT_READ}),
)
WEB = Project(
    id="p1",
    name="web",
    labels=("env:prod",),
    lineage="l",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    created_by="x",
)


def policy_input(plan: Plan, current: JsonObject | None, proposed: JsonObject | None) -> PolicyInput:
    return PolicyInput(
        resource=ResourceInput(
            resource_id="logs-bucket",
            resource_type="aws_s3_bucket",
            provider="hashicorp/aws",
            provider_version="3.39.0",
            operation="create",
            current_state=current,
            proposed_state=proposed,
        ),
        plan=plan_input(plan),
        project=project_input(WEB, 12),
        provider_config={"region": "eu-west-1"},
        actor=actor_input(ALICE),
        dependencies=("vpc-main",),
        dependents=(),
        request=RequestInput(operation_id="op", timestamp_ns=1, dry_run=False, reason="why"),
    )


@pytest.mark.requirement("2.3.policy")
def test_the_input_has_every_member_that_the_contract_names() -> None:
    plan = Plan(
        address="aws_s3_bucket.logs-bucket",
        actions=(Action.CREATE,),
        after={"bucket": "logs", "acl": "private"},
        unknown={"id": True, "arn": True},
        after_sensitive={"acl": True},
    )
    assert policy_input(plan, None, plan.known_after).document() == {
        "format_version": "1.0",
        "resource": {
            "resource_id": "logs-bucket",
            "resource_type": "aws_s3_bucket",
            "provider": "hashicorp/aws",
            "provider_version": "3.39.0",
            "operation": "create",
            "current_state": None,
            "proposed_state": {"bucket": "logs", "acl": "private"},
        },
        "plan": {
            "action": "create",
            "actions": ["create"],
            "changed": ["acl", "bucket"],
            "replace_paths": [],
            "unknown": ["arn", "id"],
            "sensitive": ["acl"],
        },
        "project": {
            "id": "p1",
            "name": "web",
            "space": "root",
            "labels": ["env:prod"],
            "resource_count": 12,
        },
        "provider_config": {"region": "eu-west-1"},
        "provider_alias": "",
        "actor": {
            "subject": "alice",
            "kind": "assistant",
            "client": "editor",
            "roles": ["dev"],
            "scopes": ["audit:read", "resources:write"],
        },
        "dependencies": ["vpc-main"],
        "dependents": [],
        "request": {"operation_id": "op", "timestamp_ns": 1, "dry_run": False, "reason": "why"},
        "change_set": None,
    }


@pytest.mark.requirement("2.3.policy")
@given(json_objects)
def test_states_reach_policies_as_they_are(state: JsonObject) -> None:
    plan = Plan(address="a.b", actions=(Action.DELETE,), before=state)
    document = policy_input(plan, state, None).document()
    resource = document["resource"]
    assert isinstance(resource, dict)
    assert (resource["current_state"], resource["proposed_state"]) == (state, None)
    assert "proposed_state" in resource


def test_a_real_replacement_is_told_in_names() -> None:
    printed = json.loads((GOLDEN / "replace.json").read_text("utf-8"))
    assert plan_input(decode_plan(printed, "aws_ssm_parameter.it")) == PlanInput(
        action="replace",
        actions=("delete", "create"),
        changed=("allowed_pattern", "description", "name"),
        replace_paths=("name",),
        unknown=("arn", "data_type", "id", "key_id", "version"),
        sensitive=("value",),
    )
