"""The smallest configuration that a schema allows."""

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import JsonValue

from engine.core.providers.minimal import Minimal, minimal
from engine.core.providers.schema import Attribute, Block, NestedBlock, NestedType
from engine.core.values import JsonObject
from engine.testing.strategies import blocks_with_configs
from tests.unit.check_stage import BUCKET, TABLE, problems

ROLE = "arn:aws:iam::123456789012:role/example"


@pytest.mark.requirement("5.4.minimal")
def test_what_is_required_is_given_and_each_value_is_told() -> None:
    assert minimal(BUCKET) == Minimal(config={}, placeholders=())
    assert minimal(TABLE, "aws_dynamodb_table") == Minimal(
        config={"hash_key": "example", "name": "example", "attribute": [{"name": "example", "type": "S"}]},
        placeholders=(("hash_key",), ("name",), ("attribute", 0, "name"), ("attribute", 0, "type")),
    )


@pytest.mark.requirement("5.4.minimal")
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(blocks_with_configs())
def test_what_is_generated_fits_its_schema_and_is_the_same_each_time(drawn: tuple[Block, JsonObject]) -> None:
    block, _ = drawn
    assert problems(block, minimal(block).config) == []
    assert minimal(block) == minimal(block)


@pytest.mark.parametrize(
    ("constraint", "value"),
    [
        ("string", "example"),
        ("number", 1),
        ("bool", False),
        ("dynamic", "example"),
        (["list", "string"], ["example"]),
        (["set", ["list", "number"]], [[1]]),
        (["map", "bool"], {"example": False}),
        (["tuple", ["string", "number"]], ["example", 1]),
        (["object", {"port": "number", "email": "string"}], {"email": "someone@example.com", "port": 443}),
        (["object", {"a": "string", "b": "string"}, ["b"]], {"a": "example", "b": None}),
    ],
)
def test_each_type_has_a_value(constraint: JsonValue, value: JsonValue) -> None:
    block = Block(attributes={"some": Attribute(type=constraint, required=True)})
    assert minimal(block).config == {"some": value}
    assert problems(block, {"some": value}) == []


def test_what_may_be_left_out_is_no_placeholder() -> None:
    constraint: JsonValue = ["object", {"a": "string", "b": "string"}, ["b"]]
    block = Block(attributes={"some": Attribute(type=constraint, required=True)})
    assert minimal(block).placeholders == (("some", "a"),)


INNER = Block(attributes={"name": Attribute(type="string", required=True)})


@pytest.mark.parametrize(
    ("nested", "value"),
    [
        (NestedBlock(nesting_mode="single", block=INNER, min_items=1), {"name": "example"}),
        (NestedBlock(nesting_mode="group", block=INNER, min_items=1), {"name": "example"}),
        (NestedBlock(nesting_mode="list", block=INNER, min_items=2), [{"name": "example"}] * 2),
        (
            NestedBlock(nesting_mode="set", block=INNER, min_items=3),
            [{"name": "example"}, {"name": "example2"}, {"name": "example3"}],
        ),
        (NestedBlock(nesting_mode="set", block=Block(), min_items=2), [{}, {}]),
        (NestedBlock(nesting_mode="map", block=INNER, min_items=1), {"example1": {"name": "example"}}),
    ],
)
def test_blocks_stand_as_often_as_they_must(nested: NestedBlock, value: JsonValue) -> None:
    assert minimal(Block(block_types={"rule": nested})).config == {"rule": value}


def test_required_nested_attributes_are_filled() -> None:
    attributes = {"name": Attribute(type="string", required=True), "note": Attribute(type="string")}
    nested = {
        mode: Attribute(nested_type=NestedType(nesting_mode=mode, attributes=attributes), required=True)
        for mode in ("single", "list", "map")
    }
    assert minimal(Block(attributes=nested)).config == {
        "list": [{"name": "example"}],
        "map": {"example1": {"name": "example"}},
        "single": {"name": "example"},
    }


@pytest.mark.requirement("5.4.minimal")
@pytest.mark.parametrize(
    ("name", "constraint", "value"),
    [
        ("role_arn", "string", ROLE),
        ("secret_arn_list", ["set", "string"], [ROLE]),
        ("destination_cidr_block", "string", "10.0.0.0/16"),
        ("cidr_blocks", ["list", "string"], ["10.0.0.0/16"]),
        ("ipv6_cidr_block", "string", "2001:db8::/56"),
        ("ip_address", "string", "192.0.2.1"),
        ("assume_role_policy", "string", '{"Version": "2012-10-17", "Statement": []}'),
        ("email", "string", "someone@example.com"),
        ("from_port", "number", 443),
        ("lb_port", "string", "443"),
        ("retention_in_days", "number", 7),
        ("cidr", "number", 1),
        ("log_enabled", "bool", True),
        ("log_enabled", "string", "true"),
        ("region", "string", "example"),
    ],
)
def test_the_name_of_an_attribute_tells_the_form_of_its_value(
    name: str, constraint: JsonValue, value: JsonValue
) -> None:
    block = Block(attributes={name: Attribute(type=constraint, required=True)})
    assert minimal(block, "other_thing").config == {name: value}


def test_what_aws_wants_is_known_by_the_type_and_the_place() -> None:
    text = Attribute(type="string", optional=True)
    route = Block(
        attributes={
            "route_table_id": Attribute(type="string", required=True),
            "gateway_id": text,
            "nat_gateway_id": text,
            "destination_cidr_block": Attribute(type="string", computed=True),
            "region": Attribute(type="string", required=True),
        }
    )
    assert minimal(route, "aws_route").config == {
        "gateway_id": "example",
        "region": "us-east-1",
        "route_table_id": "example",
    }
    crawler = Block(block_types={"s3_target": NestedBlock(nesting_mode="list", block=INNER)})
    assert minimal(crawler, "aws_glue_crawler").config == {"s3_target": [{"name": "example"}]}
    two = Block(attributes={"security_group_ids": Attribute(type=["set", "string"], required=True)})
    config = minimal(two, "aws_route53_resolver_endpoint").config
    assert config == {"security_group_ids": ["sg-0123456789abcdef0", "sg-0123456789abcdef1"]}


def test_what_is_known_of_a_place_that_has_another_type_is_not_used() -> None:
    other = Block(attributes={"security_group_ids": Attribute(type=["map", "string"], required=True)})
    config = minimal(other, "aws_route53_resolver_endpoint").config
    assert config == {"security_group_ids": {"example": "example"}}
