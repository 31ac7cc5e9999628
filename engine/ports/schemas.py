"""The schemas of installed providers."""

from typing import Protocol

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderPin
from engine.core.providers.schema import TypeSchema


class ProviderIndex(BaseModel):
    """What a provider offers: its own configuration, and the names of its types, sorted."""

    model_config = ConfigDict(frozen=True)

    configuration: TypeSchema
    resources: tuple[str, ...]
    data_sources: tuple[str, ...]


class SchemaCatalog(Protocol):
    """Answers what a provider's types look like; loads one type at a time.

    Every method raises NotFound where the mirror lacks the provider or the provider lacks the type (the hint
    names the nearest), IntegrityFailed where the binary is not the one installed, NotSetUp without OpenTofu,
    and RunnerFailed where OpenTofu cannot say the schema.
    """

    async def index(self, pin: ProviderPin) -> ProviderIndex:
        """Return what the provider offers."""
        ...

    async def resource(self, pin: ProviderPin, resource_type: str) -> TypeSchema:
        """Return the schema of a resource type."""
        ...

    async def data_source(self, pin: ProviderPin, data_source_type: str) -> TypeSchema:
        """Return the schema of a data source."""
        ...
