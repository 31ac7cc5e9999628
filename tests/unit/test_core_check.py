"""The check of a configuration against a schema."""

import math

import pytest
from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.limits import CONFIG_MAX_DEPTH, CONFIG_PROBLEMS_MAX
from engine.core.providers.check import META_ARGUMENTS, Problem, check_config
from engine.core.providers.schema import Attribute, Block
from engine.core.values import JsonObject
from tests.unit.check_stage import BUCKET, GROUP, TABLE, UNKNOWN, problems


@pytest.mark.parametrize(
    ("block", "config"),
    [
        (BUCKET, {}),
        (BUCKET, {"bucket": "logs", "tags": {"a.b": "c", "": "x"}, "versioning": {"enabled": True}}),
        (BUCKET, {"bucket": None, "versioning": None, "force_destroy": "true", "arn": None}),
        (
            BUCKET,
            {
                "bucket": {"$ref": "other.id"},
                "tags": {"$ref": "other.tags"},
                "versioning": {"$ref": "other.versioning"},
            },
        ),
        (BUCKET, {"lifecycle_rule": [{"$ref": "other.lifecycle_rule.0"}, {"enabled": {"$ref": "o.x"}}]}),
        (BUCKET, {"lifecycle_rule": [{"enabled": True, "expiration": {"days": "30"}}] * 9}),
        (
            GROUP,
            {
                "ingress": [
                    {"from_port": 80, "to_port": "80", "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}
                ]
            },
        ),
        (
            GROUP,
            {"ingress": [{"from_port": None, "cidr_blocks": [{"$ref": "vpc.cidr_block"}]}], "egress": []},
        ),
        (TABLE, {"name": "t", "hash_key": "id", "attribute": [{"name": "id", "type": "S"}]}),
        (TABLE, {"name": 5, "hash_key": True, "attribute": {"name": "id", "type": 1.5}, "ttl": []}),
    ],
)
def test_what_opentofu_would_take_is_taken(block: Block, config: JsonObject) -> None:
    assert problems(block, config) == []
    assert check_config(block, config) is config


@pytest.mark.requirement("5.4.check-all")
@pytest.mark.parametrize(
    ("block", "config", "expected"),
    [
        (BUCKET, [], [("config", "must be an object, not a list")]),
        (BUCKET, None, [("config", "must be an object, not null")]),
        (BUCKET, {"$ref": "other.all"}, [("config.$ref", UNKNOWN)]),
        (BUCKET, {"bukcet": "x"}, [("config.bukcet", UNKNOWN)]),
        (BUCKET, {"bucket": ["x"]}, [("config.bucket", "must be a string, not a list")]),
        (BUCKET, {"force_destroy": "yes"}, [("config.force_destroy", "must be a bool, not a string")]),
        (BUCKET, {"force_destroy": 1}, [("config.force_destroy", "must be a bool, not a number")]),
        (BUCKET, {"arn": "x"}, []),
        (
            BUCKET,
            {"bucket_domain_name": "x"},
            [("config.bucket_domain_name", "is read-only: the provider sets it")],
        ),
        (
            BUCKET,
            {"bucket_domain_name": {"$ref": "a.b"}},
            [("config.bucket_domain_name", "is read-only: the provider sets it")],
        ),
        (BUCKET, {"tags": {"a.b": ["x"]}}, [("config.tags.a.b", "must be a string, not a list")]),
        (BUCKET, {"tags": "x"}, [("config.tags", "must be a map of string, not a string")]),
        (BUCKET, {"versioning": [{}, {}]}, [("config.versioning", "stands 2 times")]),
        (BUCKET, {"versioning": True}, [("config.versioning", "must be a list of objects, not a bool")]),
        (
            BUCKET,
            {"versioning": [None, 5]},
            [
                ("config.versioning", "stands 2 times"),
                ("config.versioning.0", "must be an object, not null"),
                ("config.versioning.1", "must be an object, not a number"),
            ],
        ),
        (BUCKET, {"versioning": {"enabled": True, "mfa": 1}}, [("config.versioning.mfa", UNKNOWN)]),
        (BUCKET, {"lifecycle_rule": [{}]}, [("config.lifecycle_rule.0.enabled", "is required")]),
        (
            BUCKET,
            {"lifecycle_rule": [{"enabled": None}]},
            [("config.lifecycle_rule.0.enabled", "is required")],
        ),
        (
            BUCKET,
            {"lifecycle_rule": [{"enabled": True, "dynamic": {}}]},
            [("config.lifecycle_rule.0.dynamic", UNKNOWN)],
        ),
        (
            TABLE,
            {},
            [
                ("config.hash_key", "is required"),
                ("config.name", "is required"),
                ("config.attribute", "is required"),
            ],
        ),
        (TABLE, {"name": "t", "hash_key": "h", "attribute": None}, [("config.attribute", "is required")]),
        (TABLE, {"name": "t", "hash_key": "h", "attribute": []}, [("config.attribute", "stands 0 times")]),
        (
            GROUP,
            {"ingress": {"from_port": 80}},
            [("config.ingress", "must be a set of object, not an object")],
        ),
        (GROUP, {"ingress": [{"port": 80}]}, [("config.ingress.0.port", UNKNOWN)]),
        (
            GROUP,
            {"ingress": [{"from_port": "http"}]},
            [("config.ingress.0.from_port", "must be a number, not a string")],
        ),
        (
            GROUP,
            {"ingress": [{"from_port": True}]},
            [("config.ingress.0.from_port", "must be a number, not a bool")],
        ),
        (GROUP, {"ingress": [5]}, [("config.ingress.0", "must be an object, not a number")]),
        (BUCKET, {"bucket": math.inf}, [("config.bucket", "is a number that is too large")]),
        (
            BUCKET,
            {"tags": {"a": [math.nan]}},
            [
                ("config.tags.a.0", "is a number that is too large"),
                ("config.tags.a", "must be a string, not a list"),
            ],
        ),
    ],
)
def test_each_problem_is_named_where_it_stands(
    block: Block, config: JsonValue, expected: list[tuple[str, str]]
) -> None:
    assert problems(block, config) == expected


@pytest.mark.parametrize("name", sorted(META_ARGUMENTS))
def test_a_meta_argument_is_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_config(BUCKET, {name: {"local-exec": {"command": "id"}}})
    assert caught.value.field == f"config.{name}"
    assert "is a meta-argument of OpenTofu, not configuration" in caught.value.message


def test_a_meta_argument_is_refused_although_a_schema_claims_it() -> None:
    block = Block(attributes={"count": Attribute(type="number", optional=True)})
    expected = [("config.count", "is a meta-argument of OpenTofu, not configuration")]
    assert problems(block, {"count": 1}) == expected


@pytest.mark.requirement("5.4.check-all")
def test_all_problems_are_told_at_once_with_the_way_out() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_config(TABLE, {"nmae": "t", "hash_key": "h", "attribute": []})
    told = [
        Problem(path="config.nmae", message=UNKNOWN, hint="did you mean name?"),
        Problem(path="config.attribute", message="stands 0 times", hint="give at least 1"),
        Problem(path="config.name", message="is required", hint="give a string"),
    ]
    assert caught.value.message == "; ".join(map(str, told))
    assert str(told[2]) == "config.name: is required; give a string"
    assert (caught.value.field, caught.value.hint) == ("config.nmae", "mend each of these")
    assert caught.value.facts == {"problems": [p.model_dump() for p in told]}


def test_problems_beyond_the_bound_are_not_told() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_config(BUCKET, {f"unknown{n}": n for n in range(100_000)})
    listed = caught.value.facts["problems"]
    assert isinstance(listed, list)
    assert len(listed) == CONFIG_PROBLEMS_MAX


def test_deep_nesting_is_one_problem() -> None:
    config: JsonValue = {}
    for _ in range(100_000):
        config = {"a": config}
    assert problems(BUCKET, config) == [("config", "is nested too deeply")]
    deepest: JsonValue = "x"
    for _ in range(CONFIG_MAX_DEPTH):
        deepest = {"a": deepest}
    assert problems(BUCKET, deepest) == [("config.a", UNKNOWN)]
