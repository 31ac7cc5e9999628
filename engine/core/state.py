"""State of one resource instance, and OpenTofu's state file (version 4) built from it and read back.

Unknown members are kept as they came: a newer OpenTofu may write what this version does not know.
"""

from collections.abc import Sequence
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from engine.core.addrs import ProviderAddress
from engine.core.errors import RunnerFailed
from engine.core.values import JsonObject

STATE_VERSION: Final = 4


class InstanceState(BaseModel):
    """One instance as the state file spells it.

    Attributes:
        schema_version: the provider's schema version of `attributes`.
        attributes: every attribute, secrets in clear: never shown without redaction.
        private: base64, opaque to all but the provider; timeouts live there.
        status: `tainted` after a creation that failed half-way; OpenTofu replaces such an object.
        dependencies: addresses in the same state, kept for export.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    schema_version: int = 0
    attributes: JsonObject
    sensitive_attributes: list[JsonValue] = Field(default_factory=list)
    private: str | None = None
    status: str | None = None
    dependencies: list[str] = Field(default_factory=list)

    @property
    def object_id(self) -> str | None:
        """The provider's `id` of the object, or None where the type has none."""
        value = self.attributes.get("id")
        return value if isinstance(value, str) and value else None

    @property
    def tainted(self) -> bool:
        """True after a creation that failed half-way."""
        return self.status == "tainted"

    def document(self) -> JsonObject:
        """Spell the instance as the state file does: absent members are left out."""
        return self.model_dump(mode="json", exclude_none=False, exclude=self._absent())

    def _absent(self) -> set[str]:
        return {name for name in ("private", "status") if getattr(self, name) is None}


class StateEntry(BaseModel):
    """One resource of a state file: its address in two parts, its provider and its instance."""

    model_config = ConfigDict(frozen=True)

    resource_type: str
    name: str
    provider: ProviderAddress
    provider_alias: str = ""
    instance: InstanceState


class _Resource(BaseModel):
    model_config = ConfigDict(extra="ignore")

    mode: str
    type: str
    name: str
    instances: list[InstanceState]


class _StateFile(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: int
    resources: list[_Resource] = Field(default_factory=list)

    @classmethod
    def decode(cls, document: Any) -> Self:  # noqa: ANN401 - decoding is where unknown input gets its type
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise RunnerFailed(
                f"OpenTofu's state cannot be read: {error.error_count()} members are not as documented"
            ) from error


def state_document(
    entries: Sequence[StateEntry], *, lineage: str, serial: int, tofu_version: str
) -> JsonObject:
    """Return a state file that holds exactly these resources.

    `lineage` is the project's UUID; OpenTofu refuses a plan made against another one.
    """
    return {
        "version": STATE_VERSION,
        "terraform_version": tofu_version,
        "serial": serial,
        "lineage": lineage,
        "outputs": {},
        "resources": [
            {
                "mode": "managed",
                "type": entry.resource_type,
                "name": entry.name,
                "provider": _provider(entry),
                "instances": [entry.instance.document()],
            }
            for entry in entries
        ],
        "check_results": None,
    }


def read_instance(document: Any, resource_type: str, name: str) -> InstanceState | None:  # noqa: ANN401 - as above
    """Return the instance of one resource in a state file, or None where the file has no such resource.

    Raises:
        RunnerFailed: the file is not of version 4, or holds more than one instance of the resource.
    """
    state = _StateFile.decode(document)
    if state.version != STATE_VERSION:
        raise RunnerFailed(f"the state that OpenTofu wrote has version {state.version}, not {STATE_VERSION}")
    found = [
        instance
        for resource in state.resources
        if (resource.mode, resource.type, resource.name) == ("managed", resource_type, name)
        for instance in resource.instances
    ]
    if len(found) > 1:
        raise RunnerFailed(
            f"the state that OpenTofu wrote holds {len(found)} instances of {resource_type}.{name}"
        )
    return found[0] if found else None


def _provider(entry: StateEntry) -> str:
    named = f".{entry.provider_alias}" if entry.provider_alias else ""
    return f'provider["{entry.provider.full}"]{named}'
