"""A made-up provider's schema of the size that those of the largest providers have."""

import json
from collections.abc import Iterator
from typing import Final

_DESCRIPTION: Final = (
    "What this member of the resource is for, in about as many words as providers spend on it."
)
_MEMBERS: Final = 12
_DEPTH: Final = 2
_BLOCKS: Final = 3


def large_schema(provider: str, resources: int = 1_500) -> Iterator[str]:
    """Yield the text of `tofu providers schema -json` for a provider of so many resource types, in pieces.

    A type has about 30 kB: 1,500 of them, and half as many data sources, are about 70 MB.
    """
    block = json.dumps(_block(_DEPTH), separators=(",", ":"))
    one = f'{{"version":0,"block":{block}}}'
    yield f'{{"format_version":"1.0","provider_schemas":{{{json.dumps(provider)}:{{"provider":{one}'
    for member, count in (("resource_schemas", resources), ("data_source_schemas", resources // 2)):
        yield f',"{member}":{{'
        yield from (f'{"," if number else ""}"large_type_{number:04}":{one}' for number in range(count))
        yield "}"
    yield "}}}"


def _block(depth: int) -> dict[str, object]:
    attributes = {
        f"member_{depth}_{number}": {
            "type": ["map", "string"] if number % 4 == 0 else "string",
            "description": f"{_DESCRIPTION} {number}",
            "description_kind": "plain",
            "optional": True,
        }
        for number in range(_MEMBERS)
    }
    block: dict[str, object] = {"attributes": attributes, "description_kind": "plain"}
    if depth:
        nested = {"nesting_mode": "list", "block": _block(depth - 1), "max_items": 1}
        block["block_types"] = {f"block_{depth}_{number}": nested for number in range(_BLOCKS)}
    return block
