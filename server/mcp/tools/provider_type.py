"""Answers about one type of a provider: its members and its examples; foreign words made safe."""

from typing import Final

from engine.core.diagnostics import sanitise
from engine.core.providers.described import held
from engine.core.values import JsonObject, map_strings
from engine.service.providers.describe_type import DescribedType
from engine.service.providers.examples import Example, Examples
from engine.service.providers.subject import Subject
from server.mcp import provider_results as results
from server.mcp.tools.pages import NAME_MAX_CHARS, Entry, member_entry, shortened

# So few members are told of at length.
_FEW: Final = 12
_AT_LENGTH_CHARS: Final = 400


def type_head(found: DescribedType, word: str) -> results.ProviderResult:
    """Return what is told of a type as a whole; where a filter leaves nothing, the nearest names."""
    page, imports = found.page, found.page.imports
    schema = results.ShownSchema(
        description=shortened(found.description or page.description),
        smallest=None if found.minimal is None else _safe(found.minimal),
        imports=None
        if imports is None
        else results.ShownImport(
            example=sanitise(imports.example, NAME_MAX_CHARS), words=shortened(imports.words)
        ),
        rules=tuple(results.ShownRule(rule=rule.kind.value, names=rule.names) for rule in page.rules),
    )
    head = _head(found.subject)
    return head.model_copy(
        update={
            "type": found.name,
            "kind": found.kind.value,
            "notes": found.notes_of(word),
            "untrusted_schema": schema,
        }
    )


def type_entries(found: DescribedType, word: str) -> list[Entry]:
    """Return the members whose path holds a word."""
    kept = held(word, found.members)
    if len(kept) > _FEW:
        return [member_entry(member) for member in kept]
    return [member_entry(member, _AT_LENGTH_CHARS) for member in kept]


def examples_head(found: Examples) -> results.ProviderResult:
    """Return what is told of all examples."""
    notes = found.notes
    if not found.examples:
        notes = ("the registry's page has no example", *notes)
    head = _head(found.subject)
    return head.model_copy(update={"type": found.name, "kind": found.kind.value, "notes": notes})


def example_entry(example: Example) -> Entry:
    """Return the entry of an example."""
    name = sanitise(example.name, NAME_MAX_CHARS)
    shown = results.ShownExample(
        name=name,
        source=example.origin,
        hcl=sanitise(example.hcl, len(example.hcl) * 10 + NAME_MAX_CHARS),
        config=None if example.config is None else _safe(example.config),
    )
    return Entry("examples", name, shown)


def _head(subject: Subject) -> results.ProviderResult:
    pin = results.ProviderVersion(provider=str(subject.pin.address), version=str(subject.pin.version))
    return results.ProviderResult(
        source=subject.origin.value, providers=(pin,), install=subject.install or None
    )


def _safe(config: JsonObject) -> JsonObject:
    safe = map_strings(config, lambda text: sanitise(text, NAME_MAX_CHARS))
    return safe if isinstance(safe, dict) else {}
