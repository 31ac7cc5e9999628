"""A configuration as files in OpenTofu's native syntax, laid out as `tofu fmt` lays out."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from engine.core.hcl.configuration import Configuration, ImportBlock, ProviderBlock, ResourceBlock, Variable
from engine.core.hcl.literals import Expression, Value, comment, key, number, quoted
from engine.core.providers.schema import Block, NestedBlock

# Import blocks came with this version of OpenTofu.
REQUIRED_VERSION: Final = ">= 1.6.0"
_LINE: Final = 100
_Item = tuple[str, list[str]]


def render(configuration: Configuration) -> dict[str, str]:
    """Return the files by name; those that would be empty are left out."""
    files = {
        "versions.tf": [_versions(configuration.providers)],
        "providers.tf": [_provider(p) for p in configuration.providers],
        "variables.tf": [_variable(v) for v in configuration.variables],
        "main.tf": [_resource(r) for r in configuration.resources],
        "imports.tf": [_import(i) for i in configuration.imports],
    }
    return {
        name: "\n\n".join("\n".join(lines) for lines in blocks) + "\n"
        for name, blocks in files.items()
        if blocks
    }


def render_block(head: str, block: Block, values: Mapping[str, Value]) -> list[str]:
    """Return one block as lines; `head` is what stands before its brace."""
    return _braces(head, _body(block, values))


def render_value(value: Value) -> list[str]:
    """Return a value as the lines of an expression."""
    if isinstance(value, Expression):
        return [value.text]
    if value is None or isinstance(value, bool):
        return [{None: "null", True: "true", False: "false"}[value]]
    if isinstance(value, str):
        return [quoted(value)]
    if isinstance(value, int | float):
        return [number(value)]
    if isinstance(value, dict):
        lines = _aligned([(key(name), render_value(item)) for name, item in value.items()])
        return ["{", *_indented(lines), "}"] if lines else ["{}"]
    return _list([render_value(item) for item in value])


def _list(items: Sequence[list[str]]) -> list[str]:
    if all(len(lines) == 1 for lines in items):
        line = f"[{', '.join(lines[0] for lines in items)}]"
        if len(line) <= _LINE or len(items) == 1:
            return [line]
    closed = [[*lines[:-1], f"{lines[-1]},"] for lines in items]
    return ["[", *_indented(line for lines in closed for line in lines), "]"]


def _aligned(items: Iterable[_Item]) -> list[str]:
    """Return `name = value` lines: neighbours on one line each have their `=` below each other."""
    lines: list[str] = []
    for single, group in groupby(items, key=lambda item: len(item[1]) == 1):
        run = list(group)
        width = max(len(name) for name, _ in run) if single else 0
        for name, (first, *rest) in run:
            lines += [f"{name:{width}} = {first}" if single else f"{name} = {first}", *rest]
    return lines


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" if line else "" for line in lines]


def _body(block: Block, values: Mapping[str, Value]) -> list[str]:
    """Return a block's content: attributes first, then nested blocks, each in the order given."""
    attributes = [(name, render_value(v)) for name, v in values.items() if name not in block.block_types]
    sections = [_aligned(attributes)] if attributes else []
    for name, value in values.items():
        if name in block.block_types:
            sections += _nested(name, block.block_types[name], value)
    return _sections(sections)


def _nested(name: str, nested: NestedBlock, value: Value) -> list[list[str]]:
    if nested.nesting_mode == "map" and isinstance(value, dict):
        return [
            _braces(f"{name} {quoted(label)}", _body(nested.block, item))
            for label, item in value.items()
            if isinstance(item, dict)
        ]
    members = value if isinstance(value, list) else [value]
    return [_braces(name, _body(nested.block, item)) for item in members if isinstance(item, dict)]


def _sections(sections: Sequence[list[str]]) -> list[str]:
    lines: list[str] = []
    for section in sections:
        lines += ["", *section] if lines else section
    return lines


def _braces(head: str, body: Sequence[str]) -> list[str]:
    return [f"{head} {{", *_indented(body), "}"] if body else [f"{head} {{}}"]


def _comments(texts: Iterable[str]) -> list[str]:
    return [comment(text) for text in texts]


def _versions(providers: Sequence[ProviderBlock]) -> list[str]:
    version = _aligned([("required_version", [quoted(REQUIRED_VERSION)])])
    pins = {p.name: p.pin for p in providers}
    required = _aligned(
        (name, render_value({"source": str(pin.address), "version": f"= {pin.version}"}))
        for name, pin in pins.items()
    )
    return _braces("terraform", _sections([version, _braces("required_providers", required)]))


def _provider(provider: ProviderBlock) -> list[str]:
    body = _body(provider.block, provider.settings)
    return [*_comments(provider.comments), *_braces(f"provider {quoted(provider.name)}", body)]


def _resource(resource: ResourceBlock) -> list[str]:
    head = f"resource {quoted(resource.resource_type)} {quoted(resource.name)}"
    meta: list[_Item] = []
    if resource.provider is not None:
        meta.append(("provider", [resource.provider]))
    if resource.depends_on:
        meta.append(("depends_on", render_value([Expression(a) for a in resource.depends_on])))
    sections = [part for part in (_aligned(meta), _body(resource.block, resource.values)) if part]
    return [*_comments(resource.comments), *_braces(head, _sections(sections))]


def _import(block: ImportBlock) -> list[str]:
    if block.object_id is None:
        return _comments(block.comments)
    body = _aligned([("to", [block.address]), ("id", [quoted(block.object_id)])])
    return [*_comments(block.comments), *_braces("import", body)]


def _variable(variable: Variable) -> list[str]:
    body = _aligned(
        [
            ("description", [quoted(variable.description)]),
            ("type", [variable.type]),
            ("sensitive", ["true"]),
        ]
    )
    return _braces(f"variable {quoted(variable.name)}", body)
