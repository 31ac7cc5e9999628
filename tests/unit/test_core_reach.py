"""Paths into a schema, before there is an object."""

import pytest

from engine.core.providers.reach import DeadEnd, dead_end, references_for_blocks
from engine.core.providers.schema import Block
from engine.core.values import JsonObject

_BLOCK = Block.model_validate(
    {
        "attributes": {
            "id": {"type": "string", "computed": True},
            "tags": {"type": ["map", "string"]},
            "sets": {"type": ["set", ["object", {"a": "string"}]]},
            "any": {"type": "dynamic"},
            "pair": {"type": ["tuple", ["string", "number"]]},
            "nested": {"nested_type": {"nesting_mode": "single", "attributes": {"x": {"type": "string"}}}},
            "listed": {"nested_type": {"nesting_mode": "list", "attributes": {"x": {"type": "string"}}}},
        },
        "block_types": {
            "rule": {"nesting_mode": "list", "block": {"attributes": {"port": {"type": "number"}}}},
            "keyed": {"nesting_mode": "map", "block": {"attributes": {"port": {"type": "number"}}}},
            "one": {
                "nesting_mode": "single",
                "block": {
                    "attributes": {"y": {"type": "string"}},
                    "block_types": {"deep": {"nesting_mode": "set", "block": {}}},
                },
            },
        },
    }
)
_TOP = ("any", "id", "keyed", "listed", "nested", "one", "pair", "rule", "sets", "tags")


@pytest.mark.requirement("4.6.missing-attribute")
@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("id", None),
        ("tags.Name", None),
        ("sets.0.a", None),
        ("any.what.ever", None),
        ("pair.0.x", None),
        ("nested.x", None),
        ("listed.0.x", None),
        ("rule.0.port", None),
        ("keyed.k.port", None),
        ("one.y", None),
        ("one.deep.1", None),
        ("idd", DeadEnd("idd", _TOP)),
        ("id.x", DeadEnd("x", ())),
        ("tags.a.b", DeadEnd("b", ())),
        ("sets.a", DeadEnd("a", ())),
        ("sets.0.b", DeadEnd("b", ("a",))),
        ("listed.x", DeadEnd("x", ())),
        ("rule.port", DeadEnd("port", ())),
        ("rule.0.portt", DeadEnd("portt", ("port",))),
        ("keyed.k.p", DeadEnd("p", ("port",))),
    ],
)
def test_a_path_ends_where_the_schema_knows_no_further_step(path: str, found: DeadEnd | None) -> None:
    assert dead_end(_BLOCK, path.split(".")) == found


def test_references_where_blocks_belong_are_found() -> None:
    config: JsonObject = {
        "id": {"$ref": "a.id"},
        "rule": [{"port": {"$ref": "a.port"}}, {"$ref": "a.rule.0"}, "odd"],
        "keyed": {"k": {"$ref": "b.keyed.k"}, "l": {"port": 1}},
        "one": {"deep": {"$ref": "c.one.deep"}},
    }
    found = [(path, str(ref)) for path, ref in references_for_blocks(_BLOCK, config)]
    assert found == [("rule.1", "a.rule.0"), ("keyed.k", "b.keyed.k"), ("one.deep", "c.one.deep")]
    assert [path for path, _ in references_for_blocks(_BLOCK, {"keyed": {"$ref": "b.keyed"}})] == ["keyed"]
