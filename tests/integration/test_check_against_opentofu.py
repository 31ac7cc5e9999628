"""Whatever `tofu validate` refuses because of a schema is refused before: both asked about many mistakes."""

import copy
import re
from collections.abc import Iterator
from itertools import product
from typing import Any, Final

import pytest
from pydantic import JsonValue

from engine.adapters.tofu.literals import literals
from engine.core.providers.check import complete, find_problems
from engine.core.providers.minimal import minimal
from engine.core.providers.schema import Block, TypeSchema
from engine.core.values import JsonObject
from tests.integration.validated import Validation

pytestmark = [pytest.mark.integration, pytest.mark.requirement("5.4.check-differential")]

# OpenTofu's own words, and those of the providers' kit for what only a schema can tell. A provider spells a
# missing argument alike, but with a position where it alone knows that the argument is required.
BY_SCHEMA: Final = re.compile(
    r"Incorrect attribute value type:|Missing required argument: The argument \"[^.\"]+\" is|"
    r"Incorrect JSON value type:|Computed attributes cannot be set:|Insufficient \w+ blocks:|"
    r"Extraneous JSON object property:|Too many \w+ blocks:|Duplicate \w+ block:|Missing block label:|"
    r"Unsupported argument:|Invalid argument name:"
)
# What JSON syntax lets pass and means nothing, or nothing that the engine lets pass.
STRICTER: Final = {
    "must be an object, not a list",
    "must be an object, not null",
    "is a meta-argument of OpenTofu, not configuration",
    "is not known to the schema of this type",
}
VALUES: Final[list[JsonValue]] = [
    None, True, 1, 1.5, -1, 10**30, "", "x", "true", "1", [], [None], [[]], [{}], [[{}]], [{}, {}],
    [{}, {}, {}], ["a", None], [1, "a", True], [True], [{"a": 1}], {}, {"a": None}, {"a": ["b"]},
    {"a": {"b": 1}}, {"a": 1, "b": True},
]  # fmt: skip
TYPE_STRIDE: Final = 10
VALUE_STRIDE: Final = 11

BUCKET: Final = "aws_s3_bucket"
GROUP: Final = "aws_security_group"
INSTANCE: Final = "aws_instance"
GIVEN: Final[JsonObject] = {"ami": "ami-1", "instance_type": "t3.micro"}
# By hand: a type, a configuration, and where our check finds what is wrong with it.
BY_HAND: Final[list[tuple[str, JsonObject, list[str]]]] = [
    (BUCKET, {"bukcet": "x"}, ["config.bukcet"]),
    (BUCKET, {"": 1}, ["config."]),
    (BUCKET, {"timeouts": {"create": "5m"}}, ["config.timeouts"]),
    (BUCKET, {"lifecycle_rule": [{"enabled": True, "count": 2}]}, ["config.lifecycle_rule.0.count"]),
    (BUCKET, {"lifecycle_rule": [{"enabled": True, "dynamic": {}}]}, ["config.lifecycle_rule.0.dynamic"]),
    (BUCKET, {"lifecycle_rule": [{"enabled": True, "transition": [{}]}]},
     ["config.lifecycle_rule.0.transition.0.storage_class"]),
    (BUCKET, {"versioning": [{}, {}], "tags": [], "force_destroy": "yes"},
     ["config.versioning", "config.tags", "config.force_destroy"]),
    (BUCKET, {"server_side_encryption_configuration": {}},
     ["config.server_side_encryption_configuration.rule"]),
    (BUCKET, {"depends_on": ["a"]}, ["config.depends_on"]),
    (INSTANCE, {**GIVEN, "timeouts": [{"create": "5m"}, {"create": "6m"}]}, ["config.timeouts"]),
    (INSTANCE, {**GIVEN, "timeouts": {"crate": "5m"}}, ["config.timeouts.crate"]),
    (INSTANCE, {**GIVEN, "cpu_core_count": "0x10"}, ["config.cpu_core_count"]),
    (INSTANCE, {**GIVEN, "root_block_device": [{}, {}]}, ["config.root_block_device"]),
    (INSTANCE, {"instance_type": None}, ["config.ami", "config.instance_type"]),
    ("aws_eip", {"public_ip": "192.0.2.1"}, ["config.public_ip"]),
    (GROUP, {"ingress": {"from_port": 1}}, ["config.ingress"]),
    (GROUP, {"ingress": [{"from_port": "http"}]}, ["config.ingress.0.from_port"]),
    ("aws_dynamodb_table", {"name": "t", "hash_key": "h"}, ["config.attribute"]),
    ("aws_dynamodb_table", {"name": "t", "hash_key": "h", "attribute": [{"name": "h"}]},
     ["config.attribute.0.type"]),
    ("aws_db_subnet_group", {"subnet_ids": [["a"]]}, ["config.subnet_ids.0"]),
    ("aws_db_subnet_group", {"subnet_ids": "a"}, ["config.subnet_ids"]),
]  # fmt: skip
# What only the provider knows, and the plan tells: exclusions, forms of values, members of objects.
BY_PROVIDER: Final[list[tuple[str, JsonObject]]] = [
    (BUCKET, {"bucket": "x", "bucket_prefix": "y"}),
    (BUCKET, {"website": {"redirect_all_requests_to": "x", "index_document": "y"}}),
    (BUCKET, {"id": "x"}),
    (GROUP, {"ingress": [{"from_port": 1}]}),
    ("aws_vpc", {"cidr_block": "x"}),
    ("aws_route", {"route_table_id": "x", "destination_cidr_block": "10.0.0.0/16"}),
]


def test_what_is_wrong_by_hand_is_found_by_both_and_what_the_provider_knows_by_it_alone(
    validation: Validation,
) -> None:
    blocks = blocks_of(validation)
    ours = {n: [p.path for p in find_problems(blocks[t], c)] for n, (t, c, _) in enumerate(BY_HAND)}
    assert ours == {n: paths for n, (_, _, paths) in enumerate(BY_HAND)}
    assert [list(find_problems(blocks[t], c)) for t, c in BY_PROVIDER] == [[]] * len(BY_PROVIDER)
    configs = [(t, c) for t, c, _ in BY_HAND] + BY_PROVIDER
    given = {str(n): as_written(blocks[t], t, c) for n, (t, c) in enumerate(configs)}
    refusals = validation.refusals(given)
    assert refusals.keys() == given.keys()
    by_schema = {int(n) for n, said in refusals.items() if any(map(BY_SCHEMA.match, said))}
    # Only there for the meta-argument, which is a reference to nothing.
    assert by_schema == {n for n, (_, config, _) in enumerate(BY_HAND) if "depends_on" not in config}


def test_no_generated_mistake_is_left_for_opentofu_to_find_in_the_schema(validation: Validation) -> None:
    blocks = blocks_of(validation)
    cases: dict[str, tuple[str, JsonObject]] = {}
    for name in list(blocks)[::TYPE_STRIDE]:
        for config in mistakes(blocks[name], minimal(blocks[name], name).config):
            cases[f"case{len(cases)}"] = (name, config)
    given = {case: as_written(blocks[name], name, config) for case, (name, config) in cases.items()}
    refusals = validation.refusals(given)
    found = {case: list(find_problems(blocks[name], config)) for case, (name, config) in cases.items()}
    by_schema = {case for case, said in refusals.items() if any(map(BY_SCHEMA.match, said))}
    assert [(cases[case], refusals[case]) for case in sorted(by_schema) if not found[case]] == []
    assert len(by_schema) > len(cases) / 2 > 500
    stricter = [p.message for case in cases.keys() - refusals.keys() for p in found[case]]
    assert set(stricter) <= STRICTER


def blocks_of(validation: Validation) -> dict[str, Block]:
    """Return the block of each resource type."""
    documents: dict[str, Any] = validation.schema()["resource_schemas"]
    return {name: TypeSchema.decode(document).block for name, document in documents.items()}


def as_written(block: Block, name: str, config: JsonObject) -> tuple[str, str, JsonObject]:
    """Return a block of a configuration as the engine writes it."""
    written = literals(complete(block, config))
    assert isinstance(written, dict)
    return "resource", name, written


def mistakes(block: Block, config: JsonObject) -> Iterator[JsonObject]:
    """Yield copies of a fitting configuration with one value of one block replaced, most of them wrong."""
    for inner, path in places(block, config, ()):
        members = [*inner.attributes, *inner.block_types, "unknown"]
        pairs = [(m, v) for m, v in product(members, VALUES) if path or m != "id"]
        for member, value in pairs[len(pairs) % VALUE_STRIDE :: VALUE_STRIDE]:
            changed: Any = copy.deepcopy(config)
            place = changed
            for step in path:
                place = place[step][0]
            place[member] = value
            yield changed


def places(block: Block, config: Any, path: tuple[str, ...]) -> Iterator[tuple[Block, tuple[str, ...]]]:
    """Yield each block that stands in a configuration, with the names down to it."""
    yield block, path
    for name, nested in block.block_types.items():
        if isinstance(config.get(name), list):
            yield from places(nested.block, config[name][0], (*path, name))
