"""A type of resource with every sort of attribute and block, and the files written of it."""

from collections.abc import Mapping
from typing import Any

from engine.core.addrs import ProviderPin
from engine.core.hcl.build import build
from engine.core.hcl.render import render
from engine.core.hcl.translate import Member
from engine.core.providers.schema import Block, sensitive_marks
from engine.core.state import InstanceState
from engine.testing.builders import project, resource

RULE = ["object", {"port": "number", "label": "string"}]
BLOCK = Block.model_validate(
    {
        "attributes": {
            "id": {"type": "string", "computed": True},
            "name": {"type": "string", "optional": True},
            "tags": {"type": ["map", "string"], "optional": True},
            "ports": {"type": ["list", "number"], "optional": True},
            "zones": {"type": ["set", "string"], "optional": True},
            "rules": {"type": ["set", RULE], "optional": True},
            "password": {"type": "string", "optional": True, "sensitive": True},
            "keys": {"type": ["list", "string"], "optional": True, "sensitive": True},
            "shape": {"type": RULE, "optional": True},
            "secrets": {"type": ["map", RULE], "optional": True, "sensitive": True},
            "inner": {
                "optional": True,
                "nested_type": {
                    "nesting_mode": "single",
                    "attributes": {
                        "a": {"type": "string", "optional": True},
                        "b": {"type": "string", "sensitive": True},
                    },
                },
            },
            "each": {
                "optional": True,
                "nested_type": {"nesting_mode": "map", "attributes": {"a": {"type": "string"}}},
            },
        },
        "block_types": {
            "user": {
                "nesting_mode": "list",
                "block": {
                    "attributes": {
                        "name": {"type": "string"},
                        "password": {"type": "string", "sensitive": True},
                    }
                },
            },
            "grant": {
                "nesting_mode": "set",
                "block": {
                    "attributes": {
                        "name": {"type": "string"},
                        "password": {"type": "string", "sensitive": True},
                    }
                },
            },
            "timeouts": {"nesting_mode": "single", "block": {"attributes": {"create": {"type": "string"}}}},
            "by_name": {"nesting_mode": "map", "block": {"attributes": {"size": {"type": "number"}}}},
        },
    }
)
SETTINGS = Block.model_validate(
    {
        "attributes": {
            "region": {"type": "string"},
            "token": {"type": "string"},
            "skip_credentials_validation": {"type": "bool"},
            "hidden": {"type": "string", "sensitive": True},
            "unset": {"type": "string"},
            "accounts": {"type": ["map", ["list", "string"]]},
        },
        "block_types": {
            "endpoints": {
                "nesting_mode": "set",
                "block": {"attributes": {"s3": {"type": "string"}, "secret_key": {"type": "string"}}},
            },
            "assume": {
                "nesting_mode": "single",
                "block": {"attributes": {"role": {"type": "string"}, "password": {"type": "string"}}},
            },
        },
    }
)


def member(name: str, config: dict[str, Any], **changes: Any) -> Member:
    """Return a resource `name` of type `x_thing` whose state is its configuration with an id."""
    fields = {
        "resource_id": name,
        "resource_type": "x_thing",
        "provider": "ns/x",
        "config": config,
        "state": InstanceState(attributes={"id": f"i-{name}", **config}),
        **changes,
    }
    state: InstanceState | None = fields["state"]
    marks = sensitive_marks(BLOCK, None if state is None else state.attributes)
    return Member(resource(sensitive=marks, **fields), BLOCK)


def files(
    *members: Member,
    settings: dict[str, Any] | None = None,
    others: Mapping[str, Member] | None = None,
) -> dict[str, str]:
    """Return the files of these resources."""
    pins: dict[ProviderPin, Block] = {m.resource.pin: SETTINGS for m in members}
    owner = project(provider_settings={"ns/x": settings} if settings else {})
    return render(build(owner, members, others or {}, pins))
