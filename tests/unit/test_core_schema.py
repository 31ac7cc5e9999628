"""Provider schemas: decoding a real one, and marks of what it calls sensitive."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from pydantic import JsonValue

from engine.core.errors import RunnerFailed
from engine.core.providers.constraints import completed, is_constraint, spell
from engine.core.providers.schema import (
    Attribute,
    Block,
    NestedBlock,
    NestedType,
    TypeSchema,
    sensitive_marks,
)
from engine.core.values import REDACTED, JsonObject, redact
from engine.testing.strategies import constraints_with_values, json_values

# Printed by OpenTofu 1.6.2 for the AWS provider 3.39.0, cut to five types and the provider's own block.
AWS: Any = json.loads(
    (Path(__file__).parents[1] / "golden" / "schemas" / "aws-3.39.0.json").read_text("utf-8")
)["provider_schemas"]["registry.opentofu.org/hashicorp/aws"]


def test_a_real_schema_is_read_whole() -> None:
    table = TypeSchema.decode(AWS["resource_schemas"]["aws_dynamodb_table"])
    assert table.version == 1
    assert table.block.attributes["name"] == Attribute(type="string", required=True)
    assert table.block.attributes["arn"].read_only
    assert not table.block.attributes["tags_all"].read_only
    assert table.block.block_types["ttl"] == NestedBlock(
        nesting_mode="list",
        max_items=1,
        block=Block(
            attributes={
                "attribute_name": Attribute(type="string", required=True),
                "enabled": Attribute(type="bool", optional=True),
                "kms_key_arn": Attribute(type="string", optional=True, computed=True),
            }
        ),
    )


@pytest.mark.parametrize("name", sorted(AWS["resource_schemas"]))
def test_every_attribute_and_block_of_a_real_schema_is_there(name: str) -> None:
    def names(block: Any) -> JsonObject:
        nested = {key: names(inner["block"]) for key, inner in block.get("block_types", {}).items()}
        return {**dict.fromkeys(block.get("attributes", {})), **nested}

    def read(block: Block) -> JsonObject:
        return {**dict.fromkeys(block.attributes), **{k: read(n.block) for k, n in block.block_types.items()}}

    printed = AWS["resource_schemas"][name]
    assert read(TypeSchema.decode(printed).block) == names(printed["block"])


def test_the_provider_s_own_block_is_read_too() -> None:
    block = TypeSchema.decode(AWS["provider"]).block
    assert block.attributes["region"].required
    assert block.block_types["endpoints"].nesting_mode == "set"


@pytest.mark.parametrize(
    "attribute",
    [
        {},
        {"type": None},
        {"type": 5},
        {"type": []},
        {"type": "text"},
        {"type": ["map"]},
        {"type": ["object", []]},
    ],
)
def test_an_attribute_without_a_type_is_not_as_documented(attribute: JsonObject) -> None:
    with pytest.raises(RunnerFailed, match="a provider schema cannot be read: 1 members"):
        TypeSchema.decode({"block": {"attributes": {"a": attribute}}})


def test_an_unknown_nesting_mode_is_not_as_documented() -> None:
    with pytest.raises(RunnerFailed):
        TypeSchema.decode({"block": {"block_types": {"b": {"nesting_mode": "pile"}}}})


@given(json_values)
def test_any_document_is_a_schema_or_the_runner_s_failure(document: JsonValue) -> None:
    try:
        TypeSchema.decode(document)
    except RunnerFailed:
        return


@given(constraints_with_values)
def test_generated_constraints_are_constraints(pair: tuple[JsonValue, JsonValue]) -> None:
    assert is_constraint(pair[0])
    assert spell(pair[0])


def test_an_object_s_optional_attributes_are_named_in_a_third_member() -> None:
    constraint: JsonValue = ["object", {"a": "string", "b": "number"}, ["b"]]
    assert is_constraint(constraint)
    assert completed(constraint, {"a": "x"}) == {"a": "x", "b": None}
    assert spell(["set", constraint]) == "set of object"


SECRET = Attribute(type="string", optional=True, sensitive=True)
PLAIN = Attribute(type="string", optional=True)
INNER = Block(attributes={"secret": SECRET, "plain": PLAIN})


def nested_attribute(mode: Any) -> Attribute:
    return Attribute(nested_type=NestedType(nesting_mode=mode, attributes=INNER.attributes), optional=True)


BLOCK = Block(
    attributes={
        "secret": SECRET,
        "plain": PLAIN,
        "attribute_map": nested_attribute("map"),
        "attribute_list": nested_attribute("list"),
        "attribute_single": nested_attribute("single"),
    },
    block_types={
        mode: NestedBlock(nesting_mode=mode, block=INNER) for mode in ("single", "list", "set", "map")
    },
)
BOTH: JsonValue = {"secret": "canary", "plain": "shown"}
SHOWN: JsonValue = {"secret": REDACTED, "plain": "shown"}


def test_secrets_are_hidden_at_any_depth_and_nothing_else_is() -> None:
    value: JsonObject = {
        "secret": "canary",
        "plain": "shown",
        "attribute_map": {"k": BOTH},
        "attribute_list": [BOTH, BOTH],
        "attribute_single": BOTH,
        "single": BOTH,
        "list": [BOTH],
        "set": [BOTH, {"plain": "x", "secret": None}],
        "map": {"k": BOTH},
    }
    assert redact(value, sensitive_marks(BLOCK, value)) == {
        "secret": REDACTED,
        "plain": "shown",
        "attribute_map": {"k": SHOWN},
        "attribute_list": [SHOWN, SHOWN],
        "attribute_single": SHOWN,
        "single": SHOWN,
        "list": [SHOWN],
        "set": [SHOWN, {"plain": "x", "secret": None}],
        "map": {"k": SHOWN},
    }


def test_what_the_schema_does_not_know_is_never_shown() -> None:
    value: JsonObject = {"new": {"a": "canary"}, "plain": "x", "list": [{"new": "canary"}]}
    assert redact(value, sensitive_marks(BLOCK, value)) == {
        "new": REDACTED,
        "plain": "x",
        "list": [{"new": REDACTED}],
    }


@given(json_values)
def test_marks_are_made_for_any_value(value: JsonValue) -> None:
    shown = redact({"list": value, "secret": value}, sensitive_marks(BLOCK, {"list": value, "secret": value}))
    assert isinstance(shown, dict)
    assert shown["secret"] == (None if value is None else REDACTED)


def test_the_value_of_a_real_parameter_is_hidden() -> None:
    block = TypeSchema.decode(AWS["resource_schemas"]["aws_ssm_parameter"]).block
    value: JsonObject = {"name": "/demo", "value": "canary", "tags": {"a": "b"}}
    assert redact(value, sensitive_marks(block, value)) == {**value, "value": REDACTED}
