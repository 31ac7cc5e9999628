"""What of a configuration a schema calls deprecated."""

import pytest
from pydantic import JsonValue

from engine.core.providers.deprecated import deprecated_paths
from engine.core.providers.schema import Block
from engine.core.values import JsonObject

_OLD = {"type": "string", "optional": True, "deprecated": True}
_NEW = {"type": "string", "optional": True}
_INNER = {"attributes": {"old": _OLD, "new": _NEW}}
BLOCK = Block.model_validate(
    {
        "attributes": {
            "old": _OLD,
            "new": _NEW,
            "nested": {"nested_type": {"nesting_mode": "map", "attributes": _INNER["attributes"]}},
        },
        "block_types": {
            "rule": {"nesting_mode": "list", "block": _INNER},
            "timeouts": {"nesting_mode": "single", "block": _INNER},
            "legacy": {"nesting_mode": "set", "block": {**_INNER, "deprecated": True}},
        },
    }
)
_BOTH: JsonValue = {"old": "a", "new": "b"}


@pytest.mark.requirement("5.5.checks")
@pytest.mark.parametrize(
    ("config", "found"),
    [
        ({"old": "a", "new": "b", "unknown": 1}, ("old",)),
        ({"old": None, "timeouts": None}, ()),
        (
            {"rule": [_BOTH, {"new": "b"}, _BOTH], "timeouts": _BOTH},
            ("rule.0.old", "rule.2.old", "timeouts.old"),
        ),
        ({"nested": {"x": _BOTH}}, ("nested.x.old",)),
        ({"legacy": [_BOTH]}, ("legacy",)),
        ({"rule": "no block", "timeouts": 1}, ()),
    ],
)
def test_what_is_given_and_deprecated_is_named_at_any_depth(
    config: JsonObject, found: tuple[str, ...]
) -> None:
    assert deprecated_paths(BLOCK, config) == found
