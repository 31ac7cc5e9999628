"""Answers about providers as a whole: what was found, versions, what one offers; foreign words made safe."""

from engine.core.diagnostics import sanitise
from engine.core.providers.described import held
from engine.core.providers.ranking import Found
from engine.ports.registry import PageKind
from engine.service.providers.describe import DescribedProvider
from engine.service.providers.versions import KnownVersion, ProviderVersions
from server.mcp.provider_results import ProviderResult, ProviderVersion, ShownFound, ShownVersion
from server.mcp.tools.pages import NAME_MAX_CHARS, Entry, member_entry, shortened


def found_entry(one: Found) -> Entry:
    """Return the entry of something that a search found."""
    shown = ShownFound(
        provider=str(one.address),
        type=one.name,
        kinds=one.kinds,
        version=None if one.version is None else str(one.version),
        installed=one.installed,
        official=one.official,
        popularity=one.popularity,
        description=shortened(one.description),
    )
    return Entry("found", one.name or str(one.address), shown)


def version_entry(known: KnownVersion) -> Entry:
    """Return the entry of a version."""
    fields = known.model_dump(exclude={"version"})
    return Entry("versions", str(known.version), ShownVersion(version=str(known.version), **fields))


def versions_head(found: ProviderVersions) -> ProviderResult:
    """Return what is told of all versions."""
    provider = ProviderVersion(provider=str(found.address), version=None)
    return ProviderResult(providers=(provider,), notes=found.notes)


def provider_head(found: DescribedProvider, word: str) -> ProviderResult:
    """Return what is told of a provider as a whole, and how much of it holds a word."""
    subject = found.subject
    kinds = ((PageKind.RESOURCE, "resource types"), (PageKind.DATA_SOURCE, "data sources"))
    counts = " and ".join(f"{len(found.of(kind, word))} {words}" for kind, words in kinds)
    holding = f" that hold {word!r} in their name or group" if word else ""
    return ProviderResult(
        source=subject.origin.value,
        providers=(ProviderVersion(provider=str(subject.pin.address), version=str(subject.pin.version)),),
        install=subject.install or None,
        notes=(f"{counts}{holding}", *found.notes_of(word)),
    )


def provider_entries(found: DescribedProvider, word: str) -> list[Entry]:
    """Return the groups, settings and types that hold a word."""
    entries = [
        Entry("groups", sanitise(name, NAME_MAX_CHARS), count) for name, count in found.groups(word).items()
    ]
    entries += [member_entry(member) for member in held(word, found.settings)]
    entries += [Entry("resources", sanitise(name)) for name in found.of(PageKind.RESOURCE, word)]
    return entries + [Entry("data_sources", sanitise(name)) for name in found.of(PageKind.DATA_SOURCE, word)]
