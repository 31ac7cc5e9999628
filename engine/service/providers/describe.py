"""Use case: what a provider offers: how it is configured, and its types in groups."""

from collections import Counter
from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import is_type
from engine.core.auth.principals import Principal
from engine.core.limits import REGISTRY_HELP_SECONDS
from engine.core.providers.described import Described, by_schema, held, unheld
from engine.ports.registry import Documentation, PageKind
from engine.service.providers.asking import if_possible
from engine.service.providers.subject import Origin, Subject, subject_of
from engine.service.services import Services


class OfferedType(BaseModel):
    """A type that a provider offers, and the group of types that it belongs to: others' words."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: PageKind
    group: str


class DescribedProvider(BaseModel):
    """A provider at one version with what it offers.

    Attributes:
        settings: of its configuration block; none where the schema is not at hand.
        types: resource types, then data sources, each by name.
        notes: what the answer is without, in our words.
    """

    model_config = ConfigDict(frozen=True)

    subject: Subject
    settings: tuple[Described, ...]
    types: tuple[OfferedType, ...]
    notes: tuple[str, ...]

    def of(self, kind: PageKind, word: str = "") -> list[str]:
        """Return the names of one kind of type that hold a word, or whose group does, in any case."""
        wanted = word.lower()
        return [
            each.name
            for each in self.types
            if each.kind is kind and (wanted in each.name or wanted in each.group.lower())
        ]

    def groups(self, word: str = "") -> dict[str, int]:
        """Return the number of types in each group that has any of these names, by the group's name."""
        kept = {*self.of(PageKind.RESOURCE, word), *self.of(PageKind.DATA_SOURCE, word)}
        return dict(sorted(Counter(each.group for each in self.types if each.name in kept).items()))

    def notes_of(self, word: str) -> tuple[str, ...]:
        """Return the notes on what holds a word; the nearest names where nothing does."""
        if not word or self.groups(word) or held(word, self.settings):
            return self.notes
        names = {each.name for each in self.types} | {each.path for each in self.settings}
        return (unheld(word, sorted(names)), *self.notes)


async def describe_provider(
    services: Services, principal: Principal, provider: str, version: str = "", project: str = ""
) -> DescribedProvider:
    """Return what a provider offers, or else what the registry documents; at the version of `subject_of`.

    Raises:
        Forbidden, InvalidInput, NotFound, Conflict, NotSetUp: see `subject_of`.
        IntegrityFailed, RunnerFailed: see the port `SchemaCatalog`.
    """
    subject = await subject_of(services, principal, provider, version, project)
    notes: list[str] = []
    listed = subject.documentation
    if subject.origin is Origin.REGISTRY and listed is not None:
        types = [(each.kind, each.name) for each in listed.types if is_type(each.name)]
        return _described(subject, (), types, listed, ("its settings are told once it is installed",))
    index = await services.schemas.index(subject.pin)
    listed = await if_possible(
        lambda: services.registry.documentation(subject.pin.address, subject.pin.version),
        REGISTRY_HELP_SECONDS,
        notes,
        "grouped by name, without the registry's groups",
    )
    types = [(PageKind.RESOURCE, name) for name in index.resources]
    types += [(PageKind.DATA_SOURCE, name) for name in index.data_sources]
    return _described(subject, by_schema(index.configuration.block, None), types, listed, notes)


def _described(
    subject: Subject,
    settings: Iterable[Described],
    types: Iterable[tuple[PageKind, str]],
    listed: Documentation | None,
    notes: Iterable[str],
) -> DescribedProvider:
    groups = {each.name: each.subcategory for each in listed.types} if listed is not None else {}
    offered = [OfferedType(name=name, kind=kind, group=_group(name, groups)) for kind, name in types]
    ordered = sorted(offered, key=lambda each: (each.kind is not PageKind.RESOURCE, each.name))
    return DescribedProvider(
        subject=subject, settings=tuple(settings), types=tuple(ordered), notes=tuple(notes)
    )


def _group(name: str, groups: Mapping[str, str]) -> str:
    """Return the group that the documentation names, or else the word after the provider's."""
    words = name.split("_")
    return groups.get(name) or words[min(1, len(words) - 1)]
