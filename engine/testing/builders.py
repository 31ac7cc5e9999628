"""Valid records for tests, each as plain as it can be; a keyword changes a field."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from engine.core.audit import AuditEvent
from engine.core.auth.principals import assistant
from engine.core.ids import uuid7
from engine.core.operations.operation import Operation, OperationKind, Request
from engine.core.policy.decision import Decision, Outcome, PolicyAnswer
from engine.core.policy.policies import Policy, PolicyVersion, RegoVersion, policy_of
from engine.core.policy.samples import Sample
from engine.core.policy.waivers import Waiver
from engine.core.projects import Project
from engine.core.resources import Resource
from engine.core.state import InstanceState

MOMENT: Final = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def identifier(number: int) -> str:
    """Return the UUIDv7 of a small number; a higher number sorts later."""
    return str(uuid7(int(MOMENT.timestamp()) * 1000 + number, number))


PROJECT_ID: Final = identifier(1)
OPERATION_ID: Final = identifier(2)
POLICY_ID: Final = identifier(3)
DECISION_ID: Final = identifier(4)


def project(**changes: Any) -> Project:  # noqa: ANN401 - field values of Project, validated below
    """Return the project `demo`."""
    fields = {
        "id": PROJECT_ID,
        "name": "demo",
        "lineage": identifier(5),
        "created_at": MOMENT,
        "created_by": "ada",
    }
    return Project.model_validate({**fields, **changes})


def resource(**changes: Any) -> Resource:  # noqa: ANN401 - field values of Resource, validated below
    """Return the first version of a bucket, `demo`'s resource `logs`."""
    fields = {
        "project_id": PROJECT_ID,
        "resource_id": "logs",
        "resource_type": "aws_s3_bucket",
        "provider": "hashicorp/aws",
        "provider_version": "3.39.0",
        "config": {"bucket": "logs"},
        "state": InstanceState(attributes={"id": "logs", "bucket": "logs"}),
        "version": 1,
        "operation_id": OPERATION_ID,
        "created_at": MOMENT,
    }
    return Resource.model_validate({**fields, **changes})


def request(**changes: Any) -> Request:  # noqa: ANN401 - field values of Request, validated below
    """Return the request to create the bucket `logs`."""
    fields = {
        "kind": OperationKind.CREATE,
        "resource_id": "logs",
        "resource_type": "aws_s3_bucket",
        "provider": "hashicorp/aws",
        "config": {"bucket": "logs"},
    }
    return Request.model_validate({**fields, **changes})


def operation(number: int = 0, **changes: Any) -> Operation:  # noqa: ANN401 - field values of Operation, as above
    """Return a queued operation of `ada`'s assistant; each number more was made a second later."""
    body = changes.get("request", request())
    fields = {
        "id": identifier(100 + number),
        "project_id": PROJECT_ID,
        "request": body,
        "request_digest": body.digest,
        "actor": assistant("ada", "claude"),
        "created_at": MOMENT + timedelta(seconds=number),
    }
    return Operation.model_validate({**fields, **changes})


def policy(**changes: Any) -> PolicyVersion:  # noqa: ANN401 - field values of PolicyVersion, validated below
    """Return the first version of the policy `only-buckets`."""
    fields = {
        "id": POLICY_ID,
        "name": "only-buckets",
        "version": 1,
        "rego_version": RegoVersion.V1,
        "source": 'package policy\n\nallow contains msg if msg := "anything"\n',
        "created_at": MOMENT,
        "created_by": "ada",
    }
    return PolicyVersion.model_validate({**fields, **changes})


def policy_object(**changes: Any) -> Policy:  # noqa: ANN401 - field values of Policy, validated below
    """Return the policy that `policy` is the only version of."""
    return Policy.model_validate({**policy_of(policy()).model_dump(), **changes})


def waiver(**changes: Any) -> Waiver:  # noqa: ANN401 - field values of Waiver, validated below
    """Return a waiver of `only-buckets` for the bucket `logs`, good for a day."""
    fields = {
        "id": identifier(6),
        "project_id": PROJECT_ID,
        "policy_id": POLICY_ID,
        "policy": "only-buckets",
        "resource_id": "logs",
        "owner": "ada",
        "reason": "moves next week",
        "created_at": MOMENT,
        "created_by": "user:cli:ada",
        "expires_at": MOMENT + timedelta(days=1),
    }
    return Waiver.model_validate({**fields, **changes})


def sample(number: int = 0, **changes: Any) -> Sample:  # noqa: ANN401 - field values of Sample, as above
    """Return a sample of `only-buckets`, which allowed; each number more was taken a second later."""
    fields = {
        "id": identifier(200 + number),
        "policy_id": POLICY_ID,
        "policy_version": 1,
        "project_id": PROJECT_ID,
        "operation_id": OPERATION_ID,
        "at": MOMENT + timedelta(seconds=number),
        "outcome": Outcome.ALLOWED,
        "answer": decision().policies[0],
        "policy_input": {"resource": {}},
    }
    return Sample.model_validate({**fields, **changes})


def decision(**changes: Any) -> Decision:  # noqa: ANN401 - field values of Decision, validated below
    """Return the decision of one policy that allows."""
    source = policy()
    answer = PolicyAnswer(
        policy_id=source.id,
        name=source.name,
        version=source.version,
        digest=source.digest,
        allow=("anything",),
        duration_ns=1_500_000,
    )
    fields = {"outcome": Outcome.ALLOWED, "allow": ("anything",), "policies": (answer,), "engine": "regorus"}
    return Decision.model_validate({**fields, **changes})


def audit_event(number: int = 0, **changes: Any) -> AuditEvent:  # noqa: ANN401 - field values, validated below
    """Return the event that an operation was proposed; each number more came a second later."""
    fields = {
        "at": MOMENT + timedelta(seconds=number),
        "actor": "assistant:claude:ada",
        "event": "operation.proposed",
        "project_id": PROJECT_ID,
        "subject": identifier(100 + number),
        "facts": {"number": number},
    }
    return AuditEvent.model_validate({**fields, **changes})
