"""Answers about providers as documents and as lines. Names and descriptions are others' words."""

from collections.abc import Iterable, Iterator, Sequence

from pydantic import JsonValue
from rich.console import RenderableType
from rich.text import Text

from engine.core.diagnostics import sanitise
from engine.core.providers.described import Described
from engine.core.providers.ranking import Found
from engine.core.values import JsonObject
from engine.service.providers.describe_type import DescribedType
from engine.service.providers.examples import Example
from engine.service.providers.subject import Subject
from engine.service.providers.versions import KnownVersion
from server.cli.output import one_line, table

_COLUMNS = ("NAME", "TYPE", "IS", "DESCRIPTION")
_FLAGS = ("required", "optional", "computed", "sensitive", "deprecated")


def subject_document(subject: Subject) -> JsonObject:
    """Return who answers, and the command that brings a provider that is not installed."""
    return {
        "provider": str(subject.pin.address),
        "version": str(subject.pin.version),
        "source": subject.origin.value,
        "install": subject.install or None,
    }


def subject_lines(subject: Subject, title: str) -> Iterator[RenderableType]:
    """Yield what is shown, and how to bring the provider where it is not installed."""
    yield Text(one_line(title), "bold")
    if subject.install:
        yield Text(f"not installed; from the registry's documentation. Exactly: {subject.install}", "dim")


def type_title(found: DescribedType) -> str:
    """Return what is shown of a type, in a line."""
    return f"{found.name}: {found.kind.value.replace('_', ' ')} of {found.subject.pin}"


def names_lines(kind: str, names: Iterable[str]) -> Iterator[RenderableType]:
    """Yield a line for each name of a type."""
    return (Text(f"  {kind:<11}  {one_line(name)}") for name in names)


def found_document(found: Iterable[Found]) -> list[JsonValue]:
    """Return what a search found."""
    return [
        {
            "provider": str(one.address),
            "type": one.name or None,
            "kinds": list(one.kinds),
            "version": None if one.version is None else str(one.version),
            "installed": one.installed,
            "official": one.official,
            "popularity": one.popularity,
            "description": sanitise(one.description),
        }
        for one in found
    ]


def found_table(found: Iterable[Found]) -> RenderableType:
    """Return what a search found, a row for each."""
    rows = [
        (
            one.name or str(one.address),
            ", ".join(one.kinds).replace("_", " ") or "provider",
            str(one.address),
            "" if one.version is None else str(one.version),
            "yes" if one.installed else "",
            one.description,
        )
        for one in found
    ]
    return table(("NAME", "IS", "PROVIDER", "VERSION", "INSTALLED", "DESCRIPTION"), rows)


def versions_table(versions: Iterable[KnownVersion]) -> RenderableType:
    """Return versions, a row for each."""
    marks = ("installed", "offered", "used", "here")
    rows = [
        (str(each.version), *("yes" if getattr(each, mark) else "" for mark in marks)) for each in versions
    ]
    return table(("VERSION", "INSTALLED", "OFFERED", "USED", "FOR THIS MACHINE"), rows)


def members_document(found: Iterable[Described]) -> JsonObject:
    """Return attributes and nested blocks by their paths."""
    attributes: JsonObject = {}
    blocks: JsonObject = {}
    for each in found:
        if each.kind == "attribute":
            attributes[each.path] = {
                "type": each.type,
                **_flags(each),
                "description": sanitise(each.description),
            }
        else:
            blocks[each.path] = {
                "nesting": each.nesting,
                "min_items": each.min_items,
                "max_items": each.max_items,
                "deprecated": each.deprecated,
                "description": sanitise(each.description),
            }
    return {"attributes": attributes, "blocks": blocks}


def members_lines(found: Sequence[Described]) -> Iterator[RenderableType]:
    """Yield attributes and nested blocks as a table, a row for each; nothing where there are none."""
    if found:
        yield table(_COLUMNS, (_row(each) for each in found))


def about_document(found: DescribedType) -> JsonObject:
    """Return what is told of a type beside its members."""
    imports = found.page.imports
    return {
        "description": sanitise(found.description or found.page.description),
        "smallest": found.minimal,
        "import": None
        if imports is None
        else {"example": sanitise(imports.example), "words": sanitise(imports.words)},
        "rules": [{"rule": rule.kind.value, "names": list(rule.names)} for rule in found.page.rules],
    }


def about_lines(found: DescribedType) -> Iterator[RenderableType]:
    """Yield what is told of a type after its members."""
    for rule in found.page.rules:
        yield Text(f"{rule.kind.value.replace('_', ' ')}: {', '.join(rule.names)}")
    if found.page.imports is not None:
        words = found.page.imports.words
        yield Text(one_line(f"import id: {found.page.imports.example}{f' ({words})' if words else ''}"))


def example_document(example: Example) -> JsonObject:
    """Return one example."""
    return {
        "name": sanitise(example.name),
        "source": example.origin,
        "config": example.config,
        "hcl": sanitise(example.hcl, len(example.hcl) * 10),
    }


def example_lines(example: Example) -> Iterator[RenderableType]:
    """Yield one example as text to copy."""
    yield Text(one_line(f"# {example.name} (from the {example.origin})"), "bold")
    yield Text(sanitise(example.hcl, len(example.hcl) * 10 + 1) + "\n")


def _flags(each: Described) -> JsonObject:
    return {flag: bool(getattr(each, flag)) for flag in _FLAGS}


def _row(each: Described) -> tuple[str, str, str, str]:
    if each.kind == "block":
        most = f"to {each.max_items}" if each.max_items else "or more"
        gone = ", deprecated" if each.deprecated else ""
        return each.path, f"{each.nesting} block", f"{each.min_items} {most}{gone}", each.description
    words = [flag for flag in _FLAGS if getattr(each, flag)]
    if each.computed and not each.optional:
        words[words.index("computed")] = "read-only"
    return each.path, each.type, ", ".join(words), each.description
