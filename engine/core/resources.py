"""A resource as the engine remembers it: what was asked for and what the cloud answered, by version."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.addrs import ConfiguredProvider, ProviderAddress, ProviderPin, Version
from engine.core.state import InstanceState
from engine.core.values import JsonObject, redact


class Resource(BaseModel):
    """One version of a resource; the newest is the present one.

    Attributes:
        version: counts from 1 and never repeats, also across deletion; the `base_serial` of plans.
        provider_alias: which of the project's configurations of the provider it is made with; for good.
        config: what the caller asked for, references unresolved.
        state: the provider's state, secrets in clear; None once the object is gone or forgotten.
        depends_on: resource ids, from references and as named by the caller, sorted.
        sensitive: tree of marks (see `values.redact`) of the secrets among the state's attributes, by the
            provider's schema when this version was written; true hides everything.
        import_id: what the provider's import took, None for created resources.
        operation_id: the operation that wrote this version.
    """

    model_config = ConfigDict(frozen=True)

    project_id: str
    resource_id: str
    resource_type: str
    provider: str
    provider_version: str
    provider_alias: str = ""
    config: JsonObject
    state: InstanceState | None
    sensitive: JsonValue = True
    depends_on: tuple[str, ...] = ()
    import_id: str | None = None
    version: int
    operation_id: str
    created_at: datetime

    @property
    def address(self) -> str:
        """The resource's address in an OpenTofu workspace."""
        return f"{self.resource_type}.{self.resource_id}"

    @property
    def configured(self) -> ConfiguredProvider:
        """The configuration of its provider that this resource is made with."""
        return ConfiguredProvider(address=ProviderAddress.parse(self.provider), alias=self.provider_alias)

    @property
    def pin(self) -> ProviderPin:
        """The provider version that this resource is bound to."""
        address = ProviderAddress.parse(self.provider)
        return ProviderPin(address=address, version=Version.parse(self.provider_version))

    @property
    def shown_attributes(self) -> JsonObject | None:
        """The attributes with secrets replaced: what may be shown; None where there is no object."""
        shown = None if self.state is None else redact(self.state.attributes, self.sensitive)
        return shown if isinstance(shown, dict) else None

    @property
    def gone(self) -> bool:
        """True for the last version of a resource that was deleted or forgotten."""
        return self.state is None

    def ended(self, *, operation_id: str, at: datetime) -> Self:
        """Return the version that records the end of this resource."""
        return self.model_copy(
            update={
                "state": None,
                "version": self.version + 1,
                "operation_id": operation_id,
                "created_at": at,
            }
        )
