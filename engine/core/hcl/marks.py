"""The marks with which a state file says that a value is sensitive: paths in cty's JSON form.

OpenTofu plans an update, of nothing, where the marks of a state and of its configuration differ.
"""

from collections.abc import Sequence

from pydantic import JsonValue

from engine.core.hcl.paths import Place, places
from engine.core.providers.schema import Block
from engine.core.values import Path


def sensitive_attributes(block: Block, paths: Sequence[Path]) -> list[JsonValue]:
    """Return the member `sensitive_attributes` of an instance whose values at `paths` are sensitive."""
    found: list[JsonValue] = []
    for path in paths:
        steps = _steps(block, path)
        if steps not in found:
            found.append(steps)
    return found


def _steps(block: Block, path: Path) -> list[JsonValue]:
    """Spell a path; one into a set ends at the set, whose members have no place of their own."""
    steps: list[JsonValue] = []
    for place, step in places(block, path):
        if place is Place.SET:
            break
        if place is Place.OBJECT:
            steps.append({"type": "get_attr", "value": step})
        elif place is Place.LIST:
            steps.append({"type": "index", "value": {"value": int(step), "type": "number"}})
        else:
            steps.append({"type": "index", "value": {"value": step, "type": "string"}})
    return steps
