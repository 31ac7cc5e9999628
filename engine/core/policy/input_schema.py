"""The JSON Schema of the policy input, with an example for each operation. The input itself is `input`'s."""

from typing import Final

from pydantic import JsonValue

from engine.core.plans.plan import word_of
from engine.core.policy.input import (
    ActorInput,
    GatedOperation,
    PlanInput,
    PolicyInput,
    ProjectInput,
    RequestInput,
    ResourceInput,
)
from engine.core.values import JsonObject

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_UNKNOWN: Final = ("arn", "bucket_domain_name", "id", "region")
_PLANNED: Final[JsonObject] = {
    "acl": "private",
    "bucket": "web-logs",
    "force_destroy": False,
    "grant": [],
    "server_side_encryption_configuration": [],
    "tags": {"owner": "ops"},
    "tags_all": {"owner": "ops"},
}
_MADE: Final[JsonObject] = {
    **_PLANNED,
    "arn": "arn:aws:s3:::web-logs",
    "bucket_domain_name": "web-logs.s3.amazonaws.com",
    "id": "web-logs",
    "region": "eu-west-1",
}
_TAGGED: Final[JsonObject] = {"owner": "ops", "env": "prod"}


def input_schema() -> JsonObject:
    """Return the JSON Schema (2020-12) of the policy input; its `examples` hold one for each operation."""
    generated: JsonObject = PolicyInput.model_json_schema(mode="serialization")
    schema = _without_titles(generated)
    examples: list[JsonValue] = [example.document() for example in input_examples()]
    return {
        "$schema": DIALECT,
        "title": "Policy input",
        "format_version": "1.0",
        **(schema if isinstance(schema, dict) else {}),
        "examples": examples,
    }


def input_examples() -> tuple[PolicyInput, ...]:
    """Return an input for each of `rules.OPERATIONS`: the life of one bucket."""
    tagged: JsonObject = {**_MADE, "tags": _TAGGED, "tags_all": _TAGGED}
    renamed: JsonObject = {**_PLANNED, "bucket": "web-access-logs"}
    drifted: JsonObject = {**tagged, "acl": "public-read"}
    return (
        _example("create", None, _PLANNED, "acl", "bucket", "force_destroy", "tags", "tags_all"),
        _example("update", _MADE, tagged, "tags", "tags_all"),
        _example("update", _MADE, renamed, "bucket", replaces=("bucket",)),
        _example("delete", _MADE, None),
        _example("import", None, _MADE, *sorted(name for name, value in _MADE.items() if value)),
        _example("refresh", tagged, drifted, "acl"),
    )


def _example(
    operation: GatedOperation,
    current: JsonObject | None,
    proposed: JsonObject | None,
    *changed: str,
    replaces: tuple[str, ...] = (),
) -> PolicyInput:
    actions = ("delete", "create") if replaces else (operation,)
    return PolicyInput(
        resource=ResourceInput(
            resource_id="logs",
            resource_type="aws_s3_bucket",
            provider="hashicorp/aws",
            provider_version="3.39.0",
            operation=operation,
            current_state=current,
            proposed_state=proposed,
        ),
        plan=PlanInput(
            action=word_of(actions),
            actions=actions,
            changed=changed,
            replace_paths=replaces,
            unknown=_UNKNOWN if "create" in actions else (),
            sensitive=(),
        ),
        project=ProjectInput(
            id="01a1fd0f-d2cb-73c9-b2a9-d2a6a39c6181",
            name="web",
            space="root",
            labels=("env:prod",),
            resource_count=0 if current is None else 1,
        ),
        provider_config={"region": "eu-west-1"},
        actor=ActorInput(
            subject="ada",
            kind="assistant",
            client="editor",
            roles=(),
            scopes=("resources:read", "resources:write"),
        ),
        dependencies=(),
        dependents=(),
        request=RequestInput(
            operation_id="01a1fd0f-e3f3-77ae-8b59-6b8306c295f8",
            timestamp_ns=1_795_247_039_475_410_000,
            dry_run=False,
            reason="",
        ),
    )


def _without_titles(schema: JsonValue) -> JsonValue:
    """Return a schema less the titles that only spell names again; a member called `title` is no text."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value)
        for key, value in schema.items()
        if key != "title" or not isinstance(value, str)
    }
