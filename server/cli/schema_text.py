"""The members of a provider's schema as JSON and as rows. Descriptions are the provider's words."""

from collections.abc import Iterator

from pydantic import JsonValue

from engine.core.diagnostics import sanitise
from engine.core.providers.members import Member, type_of
from engine.core.providers.schema import Attribute, NestedBlock


def schema_document(found: list[Member]) -> JsonValue:
    """Return members as JSON."""
    attributes = {m.path: _attribute(m.shown) for m in found if isinstance(m.shown, Attribute)}
    blocks: dict[str, JsonValue] = {
        m.path: {
            "nesting": m.shown.nesting_mode,
            "min_items": m.shown.min_items,
            "max_items": m.shown.max_items,
        }
        for m in found
        if isinstance(m.shown, NestedBlock)
    }
    return {"attributes": {**attributes}, "blocks": blocks}


def schema_rows(found: list[Member]) -> Iterator[tuple[str, str, str, str]]:
    """Yield members as rows: path, type, what it is, description."""
    for path, shown in found:
        if isinstance(shown, Attribute):
            yield path, type_of(shown), ", ".join(_kinds(shown)), shown.description
        else:
            most = f"to {shown.max_items}" if shown.max_items else "or more"
            yield path, f"{shown.nesting_mode} block", f"{shown.min_items} {most}", ""


def _attribute(attribute: Attribute) -> JsonValue:
    return {
        "type": type_of(attribute),
        "required": attribute.required,
        "optional": attribute.optional,
        "computed": attribute.computed,
        "sensitive": attribute.sensitive,
        "description": sanitise(attribute.description),
    }


def _kinds(attribute: Attribute) -> Iterator[str]:
    if attribute.required:
        yield "required"
    if attribute.optional:
        yield "optional"
    if attribute.computed:
        yield "computed" if attribute.optional else "read-only"
    if attribute.sensitive:
        yield "sensitive"
