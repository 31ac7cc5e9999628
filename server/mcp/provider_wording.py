"""The text part of an answer of the tool `provider`: what it is about first, then a line for each entry.

What others wrote never begins a line of its own but after the mark `untrusted`, as `wording` says.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import BaseModel

from engine.core.providers.minimal import VALID_IN_FORM
from server.mcp.provider_results import (
    ProviderResult,
    ShownAttribute,
    ShownBlock,
    ShownExample,
    ShownFound,
    ShownSchema,
    ShownVersion,
)
from server.mcp.wording import error_lines, joined

_FLAGS: Final = ("required", "optional", "computed", "sensitive", "deprecated")
_STANDINGS: Final = ("installed", "offered", "used", "here")
_SINGLE: Final = ("single", "group", "block")
_SOURCES: Final = {
    "schema": "",
    "registry": " (not installed: from the registry's documentation)",
    None: "",
}


def provider_text(result: ProviderResult) -> str:
    """Return an answer of the tool `provider` in words, a line for each name."""
    return joined(error_lines(result.error) if result.error is not None else _lines(result))


def _lines(result: ProviderResult) -> Iterator[str]:
    yield _head(result)
    if result.install:
        yield f"Install: a person runs `{result.install}`, which operations need; it brings the exact schema."
    yield from (f"note: {note}" for note in result.notes)
    yield from (version_line(each) for each in result.versions)
    if result.untrusted_found:
        yield "untrusted_found:"
        yield from (found_line(each) for each in result.untrusted_found)
    if result.untrusted_schema is not None:
        if result.untrusted_schema.smallest is not None:
            yield f"note: {VALID_IN_FORM}"
        yield "untrusted_schema:"
        yield from _schema(result.untrusted_schema)
    if result.untrusted_examples:
        yield "untrusted_examples:"
        yield from (line for each in result.untrusted_examples for line in example_lines(each))


def _head(result: ProviderResult) -> str:
    place = f", page {result.page} of {result.pages}" if result.pages > 1 or result.page > 1 else ""
    if result.page < result.pages:
        place += f"; page={result.page + 1} goes on"
    if not result.providers:
        return f"{'found' if result.untrusted_found else 'nothing found'}{place}"
    provider = result.providers[0]
    subject = f"{result.type} ({(result.kind or '').replace('_', ' ')}) of " if result.type else ""
    version = f" {provider.version}" if provider.version else ""
    return f"{subject}{provider.provider}{version}{_SOURCES[result.source]}{place}"


def _schema(shown: ShownSchema) -> Iterator[str]:
    if shown.description:
        yield f"about: {shown.description}"
    if shown.smallest is not None:
        yield f"smallest config: {json.dumps(shown.smallest)}"
    if shown.imports is not None:
        words = f" ({shown.imports.words})" if shown.imports.words else ""
        yield f"import_id: {shown.imports.example}{words}"
    yield from (f"{each.rule.replace('_', ' ')}: {', '.join(each.names)}" for each in shown.rules)
    yield from (group_line(name, count) for name, count in shown.groups.items())
    yield from (attribute_line(path, each) for path, each in shown.attributes.items())
    yield from (block_line(path, each) for path, each in shown.blocks.items())
    yield from (f"resource {name}" for name in shown.resources)
    yield from (f"data_source {name}" for name in shown.data_sources)


def entry_lines(name: str, shown: BaseModel | int | None) -> Sequence[str]:
    """Return what an entry takes in the text, whatever it is of; of a type's name alone, the longer kind."""
    if isinstance(shown, ShownExample):
        return list(example_lines(shown))
    return [_entry_line(name, shown)]


def _entry_line(name: str, shown: BaseModel | int | None) -> str:
    match shown:
        case ShownVersion():
            return version_line(shown)
        case ShownFound():
            return found_line(shown)
        case ShownAttribute():
            return attribute_line(name, shown)
        case ShownBlock():
            return block_line(name, shown)
        case int():
            return group_line(name, shown)
    return f"data_source {name}"


def version_line(shown: ShownVersion) -> str:
    """Return a version in words."""
    standing = [name for name in _STANDINGS if getattr(shown, name)]
    return f"{shown.version} ({', '.join(standing)})"


def found_line(shown: ShownFound) -> str:
    """Return what was found in words."""
    subject = f"{shown.type} ({', '.join(shown.kinds).replace('_', ' ')}) of " if shown.type else ""
    version = f" {shown.version}" if shown.version else ""
    standing = [name for name in ("installed", "official") if getattr(shown, name)]
    about = f": {shown.description}" if shown.description else ""
    return f"{subject}{shown.provider}{version} ({', '.join(standing) or 'not installed'}){about}"


def group_line(name: str, count: int) -> str:
    """Return a group of types in words."""
    return f"group {name}: {count}"


def attribute_line(path: str, shown: ShownAttribute) -> str:
    """Return an attribute in words."""
    flags = " ".join(flag for flag in _FLAGS if getattr(shown, flag))
    about = f": {shown.description}" if shown.description else ""
    return f"{path} ({shown.type or 'type unknown'}; {flags}){about}"


def block_line(path: str, shown: ShownBlock) -> str:
    """Return a nested block in words."""
    about = f": {shown.description}" if shown.description else ""
    gone = "; deprecated" if shown.deprecated else ""
    if shown.nesting in _SINGLE:
        return f"{path} {{}} (one block{gone}){about}"
    times = f"{shown.min_items} to {shown.max_items or 'any'}"
    return f"{path} {{}} ({shown.nesting} of blocks; {times}{gone}){about}"


def example_lines(shown: ShownExample) -> Iterator[str]:
    """Yield an example in words: as a config where there is one, and its text quoted."""
    yield f"example {shown.name} (from the {shown.source}):"
    if shown.config is not None:
        yield f"  config: {json.dumps(shown.config)}"
    yield from (f"  | {line}" for line in shown.hcl.splitlines())
