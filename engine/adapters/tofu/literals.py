"""A configuration whose strings and keys mean themselves in JSON syntax, where each is a template."""

from engine.core.hcl.literals import template
from engine.core.values import JsonObject, map_strings


def literals(config: JsonObject) -> JsonObject:
    """Return a configuration in which no string and no key is a template of the caller's."""
    escaped = map_strings(config, template)
    # map_strings keeps the outer shape: an object stays an object.
    return escaped if isinstance(escaped, dict) else {}
