"""A configuration as one document in OpenTofu's JSON syntax, where every string is a template."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from engine.core.hcl.configuration import Configuration, ProviderBlock
from engine.core.hcl.literals import Expression, Value, template
from engine.core.hcl.render import REQUIRED_VERSION
from engine.core.values import JsonObject


def document(configuration: Configuration) -> JsonObject:
    """Return the same configuration that `render` writes; comments are members named `//`."""
    required: JsonObject = {
        p.name: {"source": str(p.pin.address), "version": f"= {p.pin.version}"}
        for p in configuration.providers
    }
    unimported = {i.address: i.comments for i in configuration.imports if i.object_id is None}
    resources: dict[str, JsonObject] = {}
    for resource in configuration.resources:
        comments = (*resource.comments, *unimported.get(resource.address, ()))
        body: JsonObject = {**_comments(comments), **_body(resource.values)}
        if resource.provider is not None:
            body["provider"] = resource.provider
        if resource.depends_on:
            body["depends_on"] = list(resource.depends_on)
        resources.setdefault(resource.resource_type, {})[resource.name] = body
    parts: JsonObject = {
        "provider": _providers(configuration.providers),
        "variable": {
            v.name: {"description": v.description, "type": v.type, "sensitive": True}
            for v in configuration.variables
        },
        "resource": {**resources},
        "import": [
            {**_comments(i.comments), "to": i.address, "id": template(i.object_id)}
            for i in configuration.imports
            if i.object_id is not None
        ],
    }
    terraform: JsonObject = {"required_version": REQUIRED_VERSION, "required_providers": required}
    return {"terraform": terraform, **{name: part for name, part in parts.items() if part}}


def _providers(blocks: Sequence[ProviderBlock]) -> JsonObject:
    bodies: dict[str, list[JsonValue]] = {}
    for block in blocks:
        bodies.setdefault(block.name, []).append({**_comments(block.comments), **_body(block.settings)})
    return {name: found[0] if len(found) == 1 else found for name, found in bodies.items()}


def _body(values: Mapping[str, Value]) -> JsonObject:
    return {name: _json(value) for name, value in values.items()}


def _json(value: Value) -> JsonValue:
    if isinstance(value, Expression):
        return f"${{{value.text}}}"
    if isinstance(value, str):
        return template(value)
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {template(name): _json(item) for name, item in value.items()}
    return value


def _comments(texts: Sequence[str]) -> JsonObject:
    return {"//": list(texts)} if texts else {}
