"""Use case: how one type of a provider looks: its members, what rules them, how its objects are imported."""

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal
from engine.core.providers.described import Described, by_page, by_schema, held, unheld
from engine.core.providers.minimal import minimal
from engine.core.providers.pages import Page
from engine.core.values import JsonObject
from engine.ports.registry import PageKind
from engine.service.providers.sources import block_of, documented_page, help_page
from engine.service.providers.subject import Subject, subject_of_type
from engine.service.services import Services


class DescribedType(BaseModel):
    """A type of a provider at one version.

    Attributes:
        page: the registry's, for its rules, its words on importing, and its description where ours is empty.
        description: the schema's.
        minimal: the smallest configuration that the schema allows; None without the schema.
        notes: what the answer is without, in our words.
    """

    model_config = ConfigDict(frozen=True)

    subject: Subject
    name: str
    kind: PageKind
    members: tuple[Described, ...]
    page: Page
    description: str = ""
    minimal: JsonObject | None = None
    notes: tuple[str, ...] = ()

    def notes_of(self, word: str) -> tuple[str, ...]:
        """Return the notes on the members that hold a word; the nearest names where none does."""
        if held(word, self.members):
            return self.notes
        return (unheld(word, (member.path for member in self.members)), *self.notes)


async def describe_type(
    services: Services,
    principal: Principal,
    provider: str,
    kind: PageKind,
    name: str,
    *,
    version: str = "",
    project: str = "",
    required_only: bool = False,
) -> DescribedType:
    """Return how one type looks; an empty `provider` stands for the one that has such a type.

    Raises:
        Forbidden, InvalidInput, NotFound, Conflict, NotSetUp: see `subject_of_type`; NotFound also where
            the provider has no such type, with the nearest.
        IntegrityFailed, RunnerFailed: see the port `SchemaCatalog`.
        RegistryFailed: the registry alone could answer, and cannot be asked.
    """
    subject = await subject_of_type(services, principal, provider, name, version=version, project=project)
    if subject.documentation is not None:
        page = await documented_page(services, subject.pin, subject.documentation, kind, name)
        members = by_page(page, required_only=required_only)
        return DescribedType(subject=subject, name=name, kind=kind, members=tuple(members), page=page)
    block = await block_of(services, subject.pin, kind, name)
    notes: list[str] = []
    page_or_none = await help_page(services, subject.pin, kind, name, notes)
    return DescribedType(
        subject=subject,
        name=name,
        kind=kind,
        members=tuple(by_schema(block, page_or_none, required_only=required_only)),
        page=page_or_none or Page(),
        description=block.description,
        minimal=minimal(block, name).config,
        notes=tuple(notes),
    )
