"""Recorded inputs for tests of policies: what a plan says, and fixed words where each request differs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine.core.errors import InvalidInput
from engine.core.plans.plan import Plan
from engine.core.policy.input import (
    ActorInput,
    PolicyInput,
    ProjectInput,
    RequestInput,
    ResourceInput,
    plan_input,
)
from engine.core.providers.schema import Block, TypeSchema
from engine.core.state import InstanceState
from engine.core.values import JsonObject

# Settings with which a provider plans without asking its cloud anything.
_OFFLINE: Final[Mapping[str, JsonObject]] = MappingProxyType(
    {
        "hashicorp/aws": {
            "region": "us-east-1",
            "skip_credentials_validation": True,
            "skip_get_ec2_platforms": True,
            "skip_metadata_api_check": True,
            "skip_region_validation": True,
            "skip_requesting_account_id": True,
        }
    }
)
_PROJECT_ID: Final = "00000000-0000-7000-8000-000000000001"
_OPERATION_ID: Final = "00000000-0000-7000-8000-000000000002"
# 2026-01-01T00:00:00Z
_TIMESTAMP_NS: Final = 1_767_225_600_000_000_000


def offline_settings(provider: str, block: Block, given: JsonObject) -> JsonObject:
    """Return a provider's settings for a plan without its cloud; what is given goes before."""
    known = {name: value for name, value in _OFFLINE.get(provider, {}).items() if name in block.attributes}
    return {**known, **given}


def present_state(schema: TypeSchema, current: JsonObject) -> InstanceState:
    """Return an object with these attributes; those that its type has beside them are null.

    Raises:
        InvalidInput: the type has no such attribute.
    """
    empty: JsonObject = {
        **dict.fromkeys(schema.block.attributes),
        **{name: [] for name in schema.block.block_types},
    }
    known = {name: value for name, value in current.items() if name in empty}
    if unknown := sorted(current.keys() - empty.keys()):
        raise InvalidInput(
            f"the type has no attribute {', '.join(unknown)}",
            field=f"current.{unknown[0]}",
            hint="`intent provider resource TYPE` lists what there is",
        )
    attributes = {**empty, **known}
    if "id" in empty and attributes["id"] is None:
        attributes["id"] = "example"
    return InstanceState(schema_version=schema.version, attributes=attributes)


def recorded_input(resource: ResourceInput, plan: Plan, provider_config: JsonObject) -> PolicyInput:
    """Return the input of a plan; project, actor and request are the same in every recording."""
    return PolicyInput(
        resource=resource,
        plan=plan_input(plan),
        project=ProjectInput(
            id=_PROJECT_ID,
            name="example",
            space="root",
            labels=(),
            resource_count=0 if resource.operation == "create" else 1,
        ),
        provider_config=provider_config,
        actor=ActorInput(
            subject="author",
            kind="user",
            client="cli",
            roles=(),
            scopes=("resources:read", "resources:write"),
        ),
        dependencies=(),
        dependents=(),
        request=RequestInput(
            operation_id=_OPERATION_ID, timestamp_ns=_TIMESTAMP_NS, dry_run=False, reason=""
        ),
    )
