"""A configuration whose strings and keys mean themselves in JSON syntax, where each is a template."""

from typing import Final

from pydantic import JsonValue

from engine.core.hcl.literals import template
from engine.core.refs import is_ref
from engine.core.values import JsonObject, map_strings

# The time is known only while applying, and what JSON decodes to may be of any type: so the value of any
# argument is planned as unknown, without anything else in the plan (measured with 1.6.2). A moment is no
# JSON: OpenTofu itself refuses to apply such a plan.
_UNKNOWN: Final = "${jsondecode(timestamp())}"


def literals(config: JsonObject) -> JsonObject:
    """Return a configuration in which no string and no key is a template of the caller's."""
    escaped = map_strings(config, template)
    # map_strings keeps the outer shape: an object stays an object.
    return escaped if isinstance(escaped, dict) else {}


def with_unknowns(config: JsonObject) -> JsonObject:
    """Return a configuration of literals in which each reference that is left is known only later."""
    spelt = _spelt(config)
    return spelt if isinstance(spelt, dict) else {}


def _spelt(value: JsonValue) -> JsonValue:
    if is_ref(value):
        return _UNKNOWN
    if isinstance(value, dict):
        return {template(key): _spelt(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_spelt(item) for item in value]
    return template(value) if isinstance(value, str) else value
