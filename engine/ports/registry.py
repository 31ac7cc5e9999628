"""What a provider registry tells: versions by protocol, and the names and pages of its documentation."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress, Version


class PageKind(StrEnum):
    """What a page of documentation is about."""

    RESOURCE = "resource"
    DATA_SOURCE = "data_source"


class OfferedVersion(BaseModel):
    """A version that a registry offers.

    Attributes:
        platforms: such as `linux_amd64`, sorted.
        protocols: of the provider plugin protocol, such as `5.0`.
    """

    model_config = ConfigDict(frozen=True)

    version: Version
    platforms: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()


class Finding(BaseModel):
    """One provider, or one type of a provider, that a search found. Title and description are others' words.

    Attributes:
        kind: None for the provider itself.
        name: the type's name, empty for the provider itself.
        version: the newest that is documented, None where the registry does not say.
        popularity: as the registry counts it; 0 where it does not.
    """

    model_config = ConfigDict(frozen=True)

    address: ProviderAddress
    kind: PageKind | None = None
    name: str = ""
    version: Version | None = None
    title: str = ""
    description: str = ""
    popularity: int = 0


class DocumentedType(BaseModel):
    """A type that has a page. Its name is the provider's full one, such as `aws_s3_bucket`.

    Attributes:
        document: what the registry calls the page, such as `s3_bucket`.
    """

    model_config = ConfigDict(frozen=True)

    kind: PageKind
    name: str
    document: str
    subcategory: str = ""
    description: str = ""


class Documentation(BaseModel):
    """What the documentation of one version of a provider lists, by name."""

    model_config = ConfigDict(frozen=True)

    address: ProviderAddress
    version: Version
    types: tuple[DocumentedType, ...] = ()


class ProviderRegistry(Protocol):
    """Asks registries. Answers are kept on disk and asked for again only whether they have changed.

    Every method raises RegistryFailed where the registry cannot be reached, is not asked because the engine
    works offline and the answer was never kept, or answers something else than the protocol says; and
    NotFound where it answers that it has no such thing, and for pages about providers of other registries
    than the default one, which nobody documents.
    """

    async def search(self, query: str) -> Sequence[Finding]:
        """Return what the registry's search finds, in the registry's order."""
        ...

    async def versions(self, address: ProviderAddress) -> Sequence[OfferedVersion]:
        """Return every version that the registry in the address offers, newest first."""
        ...

    async def documentation(self, address: ProviderAddress, version: Version | None) -> Documentation:
        """Return what the documentation lists, of the newest release where no version is named."""
        ...

    async def page(self, address: ProviderAddress, version: Version, of: DocumentedType) -> str:
        """Return the page of one type: Markdown, the provider's authors' words."""
        ...
