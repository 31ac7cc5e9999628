"""One block of a resource or data source as text, to show how it is written. Files are `render`'s."""

from typing import Literal

from engine.core.hcl.literals import quoted
from engine.core.hcl.render import render_block
from engine.core.hcl.translate import literal
from engine.core.providers.schema import Block
from engine.core.values import JsonObject


def example_block(kind: Literal["resource", "data"], type_name: str, block: Block, config: JsonObject) -> str:
    """Return a block named `example` that says a configuration, its strings literally."""
    values = {name: literal(value) for name, value in config.items()}
    return "\n".join(render_block(f'{kind} {quoted(type_name)} "example"', block, values))
