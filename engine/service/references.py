"""References in a configuration: which resources it depends on, and the values that stand for them."""

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.refs import Ref, find_refs, resolve_refs, value_at
from engine.core.resources import Resource
from engine.core.values import JsonObject

# The member under which a configuration stands, so that paths begin as callers write them.
_ROOT: Final = "config"


def referred(config: JsonValue) -> frozenset[str]:
    """Return the ids of the resources that a configuration refers to."""
    return frozenset(ref.resource_id for _, ref in find_refs(config))


def dependencies(
    living: Mapping[str, Resource], resource_id: str, config: JsonObject, explicit: Iterable[str]
) -> tuple[str, ...]:
    """Return what a resource depends on, by its configuration and as named explicitly, sorted.

    Raises:
        InvalidInput: a reference is malformed, or names the resource itself or one that is not there.
    """
    named = [(path, ref.resource_id) for path, ref in find_refs({_ROOT: config})]
    named += [("depends_on", name) for name in explicit]
    for field, name in named:
        if name == resource_id:
            raise InvalidInput(f"{name} cannot depend on itself", field=field, hint="name another resource")
        _find(living, name, field)
    return tuple(sorted({name for _, name in named}))


def resolved(living: Mapping[str, Resource], config: JsonObject) -> JsonObject:
    """Return a configuration with every reference replaced by the value that it names.

    Raises:
        InvalidInput: a reference is malformed, or names a resource or an attribute that is not there.
    """

    def lookup(path: str, ref: Ref) -> JsonValue:
        state = _find(living, ref.resource_id, path).state
        return value_at(None if state is None else state.attributes, ref, path)

    whole = resolve_refs({_ROOT: config}, lookup)
    inner = whole[_ROOT] if isinstance(whole, dict) else None
    # A checked configuration is no reference itself, so it stays an object.
    return inner if isinstance(inner, dict) else {}


def _find(living: Mapping[str, Resource], name: str, field: str) -> Resource:
    found = living.get(name)
    if found is None:
        raise InvalidInput(
            f"there is no resource {name} to refer to",
            field=field,
            hint=f"there are: {', '.join(sorted(living)) or 'none yet'}",
        )
    return found
