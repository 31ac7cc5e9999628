"""The configuration of an imported object: what says something, and nothing that contradicts itself."""

from engine.core.providers.schema import Block
from engine.core.providers.settled import settled_config
from engine.core.values import JsonObject

RULES = ["set", ["object", {"port": "number"}]]
OPTIONAL = {"optional": True}
COMPUTED = {"optional": True, "computed": True}
BLOCK = Block.model_validate(
    {
        "attributes": {
            "id": {"type": "string", **COMPUTED},
            "arn": {"type": "string", "computed": True},
            "kind": {"type": "string", "required": True},
            "name": {"type": "string", **COMPUTED},
            "name_prefix": {"type": "string", **COMPUTED},
            "title_prefix": {"type": "string", **OPTIONAL},
            "zone": {"type": "string", **COMPUTED},
            "note": {"type": "string", **OPTIONAL},
            "on": {"type": "bool", **OPTIONAL},
            "tags": {"type": ["map", "string"], **OPTIONAL},
            "tags_all": {"type": ["map", "string"], **COMPUTED},
            "rules": {"type": RULES, **COMPUTED},
            "members": {
                "nested_type": {
                    "nesting_mode": "list",
                    "attributes": {
                        "a": {"type": "string", **OPTIONAL},
                        "b": {"type": "string", "computed": True},
                    },
                },
                **COMPUTED,
            },
        },
        "block_types": {
            "rule": {
                "nesting_mode": "list",
                "block": {
                    "attributes": {"on": {"type": "bool", **OPTIONAL}, "days": {"type": "number", **OPTIONAL}}
                },
            },
            "timeouts": {"nesting_mode": "single", "block": {"attributes": {"create": {"type": "string"}}}},
            "by_name": {
                "nesting_mode": "map",
                "block": {"attributes": {"size": {"type": "number", **OPTIONAL}}},
            },
        },
    }
)


def test_what_says_something_is_kept_and_what_the_provider_decides_is_not() -> None:
    attributes: JsonObject = {
        "id": "i",
        "arn": "a",
        "kind": "",
        "name": "n",
        "name_prefix": "",
        "title_prefix": "t",
        "zone": "z",
        "note": "x",
        "on": False,
        "tags": {},
        "tags_all": {"a": "b"},
        "rules": [{"port": 1}],
        "members": [{"a": "1", "b": "2"}],
        "rule": [{"on": False, "days": 3}],
        "timeouts": {"create": None},
        "by_name": {"big": {"size": 2}},
        "newer": "unknown to the schema",
    }
    assert settled_config(BLOCK, attributes) == {
        "kind": "",
        "name": "n",
        "title_prefix": "t",
        "note": "x",
        "rules": [{"port": 1}],
        "members": [{"a": "1"}],
        "rule": [{"days": 3}],
        "by_name": {"big": {"size": 2}},
    }


def test_blocks_of_zeros_and_absent_values_say_nothing() -> None:
    attributes: JsonObject = {
        "kind": None,
        "note": "",
        "rule": [{"on": False, "days": 0}],
        "rules": [],
        "by_name": None,
    }
    assert settled_config(BLOCK, attributes) == {}


def test_zeros_that_a_plan_would_change_are_kept_when_asked_for() -> None:
    attributes: JsonObject = {
        "on": False,
        "note": "",
        "rule": [{"on": False, "days": 0}],
        "timeouts": {"create": "1m"},
    }
    assert settled_config(BLOCK, attributes, keep={"on", "rule"}) == {
        "on": False,
        "rule": [{"on": False, "days": 0}],
        "timeouts": {"create": "1m"},
    }


def test_a_prefix_gives_way_to_the_name_that_it_made() -> None:
    assert settled_config(BLOCK, {"name": "p-1", "name_prefix": "p-"}) == {"name": "p-1"}
