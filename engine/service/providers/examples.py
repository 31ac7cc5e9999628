"""Use case: examples of one type: the smallest configuration that its schema allows, and its page's."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal
from engine.core.errors import NotFound
from engine.core.hcl.example import example_block
from engine.core.providers.minimal import VALID_IN_FORM, minimal
from engine.core.providers.pages import Page
from engine.core.values import JsonObject
from engine.ports.registry import PageKind
from engine.service.providers.sources import block_of, documented_page, help_page
from engine.service.providers.subject import Subject, subject_of_type
from engine.service.services import Services

SMALLEST: Final = "smallest"


class Example(BaseModel):
    """One example in OpenTofu's native syntax; `config` is the same as the tool `intent` takes it."""

    model_config = ConfigDict(frozen=True)

    name: str
    origin: Literal["schema", "registry"]
    hcl: str
    config: JsonObject | None = None


class Examples(BaseModel):
    """Examples of a type, ours first; `notes` says what they are without."""

    model_config = ConfigDict(frozen=True)

    subject: Subject
    name: str
    kind: PageKind
    examples: tuple[Example, ...]
    notes: tuple[str, ...] = ()


async def type_examples(
    services: Services,
    principal: Principal,
    provider: str,
    name: str,
    *,
    version: str = "",
    project: str = "",
) -> Examples:
    """Return examples of a resource type, or of the data source where there is no such resource type.

    Raises:
        EngineError: as `describe_type`, by which the type is found.
    """
    subject = await subject_of_type(services, principal, provider, name, version=version, project=project)
    try:
        return await _examples(services, subject, PageKind.RESOURCE, name)
    except NotFound as missing:
        try:
            return await _examples(services, subject, PageKind.DATA_SOURCE, name)
        except NotFound:
            raise missing from None


async def _examples(services: Services, subject: Subject, kind: PageKind, name: str) -> Examples:
    if subject.documentation is not None:
        page = await documented_page(services, subject.pin, subject.documentation, kind, name)
        return Examples(subject=subject, name=name, kind=kind, examples=_of_page(page))
    block = await block_of(services, subject.pin, kind, name)
    config = minimal(block, name).config
    ours = Example(
        name=SMALLEST,
        origin="schema",
        hcl=example_block("resource" if kind is PageKind.RESOURCE else "data", name, block, config),
        config=config,
    )
    notes = [VALID_IN_FORM]
    page_or_none = await help_page(services, subject.pin, kind, name, notes)
    theirs = _of_page(page_or_none or Page())
    return Examples(subject=subject, name=name, kind=kind, examples=(ours, *theirs), notes=tuple(notes))


def _of_page(page: Page) -> tuple[Example, ...]:
    return tuple(Example(name=each.name, origin="registry", hcl=each.code) for each in page.examples)
