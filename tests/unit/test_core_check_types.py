"""The check of a configuration: conversions, nested attributes, completion for JSON syntax."""

import pytest

from engine.core.providers.check import complete, find_problems
from engine.core.providers.schema import Attribute, Block, NestedBlock, NestedType
from engine.core.values import JsonObject
from tests.unit.check_stage import BUCKET, GROUP, UNKNOWN, problems

# What OpenTofu 1.6.2 answered to tonumber(TEXT) and tobool(TEXT); a binary exponent is refused by us alone.
NUMBERS = {
    "+1": True,
    ".5": True,
    "1.": True,
    "-.5": True,
    "-0": True,
    "01": True,
    "1E5": True,
    "1e+5": True,
    "1e400": True,
    "": False,
    ".": False,
    " 1": False,
    "--1": False,
    "0x1": False,
    "1_0": False,
    "1e": False,
    "1e5.0": False,
    "Inf": False,
    "-Inf": False,
    "inf": False,
    "٣": False,
    "1p3": False,
}
BOOLS = {"true": True, "false": True, "1": True, "0": True, "True": False, "": False, "yes": False}


@pytest.mark.parametrize(
    ("constraint", "text", "converts"),
    [("number", *pair) for pair in NUMBERS.items()] + [("bool", *pair) for pair in BOOLS.items()],
)
def test_text_converts_where_opentofu_converts_it(constraint: str, text: str, converts: bool) -> None:  # noqa: FBT001 - a table's column
    block = Block(attributes={"a": Attribute(type=constraint, optional=True)})
    assert (problems(block, {"a": text}) == []) == converts


TYPED = Block(
    attributes={
        "any": Attribute(type="dynamic", optional=True),
        "pair": Attribute(type=["tuple", ["string", "number"]], optional=True),
        "one": Attribute(
            nested_type=NestedType(
                nesting_mode="single", attributes={"a": Attribute(type="string", required=True)}
            ),
            optional=True,
        ),
        "many": Attribute(
            nested_type=NestedType(
                nesting_mode="list", attributes={"a": Attribute(type="string", required=True)}
            ),
            required=True,
        ),
    },
    block_types={
        "keyed": NestedBlock(nesting_mode="map", block=GROUP),
        "single": NestedBlock(nesting_mode="single", block=GROUP),
    },
)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"many": []}, []),
        ({"many": [{"a": "x"}], "any": [{"x": 1}], "pair": ["a", 1], "one": {"a": "x"}}, []),
        ({"many": [], "keyed": {"a": {"name": "x"}, "b": {"$ref": "c.d"}}, "single": {}}, []),
        ({}, [("config.many", "is required")]),
        ({"many": {"a": "x"}}, [("config.many", "must be a list of objects, not an object")]),
        ({"many": [{}]}, [("config.many.0.a", "is required")]),
        ({"many": [], "one": [{"a": "x"}]}, [("config.one", "must be an object, not a list")]),
        ({"many": [], "pair": ["a"]}, [("config.pair", "must be a tuple, not a list")]),
        ({"many": [], "pair": ["a", "b"]}, [("config.pair.1", "must be a number, not a string")]),
        ({"many": [], "keyed": [{}]}, [("config.keyed", "must be an object of objects, not a list")]),
        ({"many": [], "keyed": {"k": {"x": 1}}}, [("config.keyed.k.x", UNKNOWN)]),
        ({"many": [], "single": [{}]}, [("config.single", "must be an object, not a list")]),
    ],
)
def test_nested_attributes_tuples_and_maps_of_blocks_are_checked_too(
    config: JsonObject, expected: list[tuple[str, str]]
) -> None:
    assert problems(TYPED, config) == expected


def test_a_required_nested_attribute_says_what_to_give() -> None:
    assert [p.hint for p in find_problems(TYPED, {})] == ["give a list of objects"]


def test_a_configuration_is_completed_for_json_syntax() -> None:
    rule: JsonObject = dict.fromkeys(
        [
            "cidr_blocks",
            "description",
            "from_port",
            "ipv6_cidr_blocks",
            "prefix_list_ids",
            "protocol",
            "security_groups",
            "self",
            "to_port",
        ]
    )
    given_rules: JsonObject = {"ingress": [{"from_port": 80}], "name": "g", "tags": {"a": "b"}}
    full_rules: JsonObject = {"ingress": [{**rule, "from_port": 80}], "name": "g", "tags": {"a": "b"}}
    assert complete(GROUP, given_rules) == full_rules
    assert complete(BUCKET, {"versioning": {"enabled": True}, "grant": [{"type": "x"}], "website": None}) == {
        "versioning": [{"enabled": True}],
        "grant": [{"type": "x"}],
        "website": None,
    }
    assert complete(TYPED, {"keyed": {"a": given_rules, "b": None}, "single": given_rules, "unknown": 1}) == {
        "keyed": {"a": full_rules, "b": None},
        "single": full_rules,
        "unknown": 1,
    }


def test_references_are_left_for_the_plan_to_resolve() -> None:
    config: JsonObject = {
        "ingress": [{"$ref": "a.b"}],
        "egress": {"$ref": "a.c"},
        "timeouts": {"$ref": "a.d"},
        "tags": {"$ref": "a.e"},
    }
    assert complete(GROUP, config) == config
    assert complete(BUCKET, {"versioning": {"$ref": "a.b"}}) == {"versioning": {"$ref": "a.b"}}
