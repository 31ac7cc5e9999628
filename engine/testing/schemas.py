"""The provider `testing/fake`: its schemas, and what of its behaviour no schema says; it runs nothing."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import JsonValue

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import NotFound
from engine.core.providers.names import suggestion
from engine.core.providers.schema import TypeSchema
from engine.ports.mirror import ProviderMirror
from engine.ports.schemas import ProviderIndex

FAKE: Final = ProviderAddress.parse("testing/fake")
FAKE_VERSIONS: Final = (Version.parse("2.0.0"), Version.parse("1.0.0"))
FAKE_PIN: Final = ProviderPin(address=FAKE, version=FAKE_VERSIONS[0])

_REQUIRED: Final = {"type": "string", "required": True}
_OPTIONAL: Final = {"type": "string", "optional": True}
_COMPUTED: Final = {"type": "string", "computed": True}
_TAGS: Final = {"type": ["map", "string"], "optional": True}
_ID: Final = {**_OPTIONAL, "computed": True}


def _schema(attributes: Mapping[str, Any], blocks: Mapping[str, Any] | None = None) -> TypeSchema:
    return TypeSchema.decode(
        {"version": 1, "block": {"attributes": dict(attributes), "block_types": dict(blocks or {})}}
    )


_RULE: Final = {
    "nesting_mode": "list",
    "block": {
        "attributes": {"prefix": _REQUIRED, "days": {"type": "number", "optional": True}, "serial": _COMPUTED}
    },
}

RESOURCES: Final[Mapping[str, TypeSchema]] = {
    "fake_bucket": _schema(
        {
            "id": _ID,
            "name": _REQUIRED,
            "acl": {**_OPTIONAL, "computed": True},
            "arn": _COMPUTED,
            "size": {"type": "number", "optional": True},
            "tags": _TAGS,
        },
        {"rule": _RULE},
    ),
    "fake_network": _schema(
        {"id": _ID, "cidr": _REQUIRED, "routed": {"type": "bool", "optional": True}, "tags": _TAGS}
    ),
    "fake_subnet": _schema({"id": _ID, "network_id": _REQUIRED, "cidr": _REQUIRED, "tags": _TAGS}),
    "fake_secret": _schema(
        {
            "id": _ID,
            "name": _REQUIRED,
            "value": {**_REQUIRED, "sensitive": True},
            "note": _OPTIONAL,
        },
        {
            "copy": {
                "nesting_mode": "list",
                "block": {"attributes": {"key": {**_OPTIONAL, "sensitive": True}}},
            }
        },
    ),
}
DATA_SOURCES: Final[Mapping[str, TypeSchema]] = {
    "fake_bucket": _schema({"id": _COMPUTED, "name": _REQUIRED, "acl": _COMPUTED, "arn": _COMPUTED}),
    "fake_secret": _schema(
        {"id": _COMPUTED, "name": _REQUIRED, "value": {**_COMPUTED, "sensitive": True}, "note": _COMPUTED}
    ),
}
SETTINGS: Final = _schema(
    {
        "region": _OPTIONAL,
        "token": _OPTIONAL,
        "key": {**_OPTIONAL, "sensitive": True},
        "credentials": _OPTIONAL,
        "zone": {**_OPTIONAL, "deprecated": True},
    },
    {
        "endpoints": {
            "nesting_mode": "list",
            "block": {"attributes": {"buckets": _OPTIONAL, "baskets": {**_OPTIONAL, "deprecated": True}}},
        }
    },
)

# What a change of forces a replacement; what the cloud fills in where nobody configures it; what the provider
# plans there.
REPLACING: Final[Mapping[str, frozenset[str]]] = {
    "fake_bucket": frozenset({"name"}),
    "fake_network": frozenset({"cidr"}),
    "fake_subnet": frozenset({"network_id"}),
    "fake_secret": frozenset({"name"}),
}
FILLED_IN: Final[Mapping[str, JsonValue]] = {"acl": "private"}
DEFAULTS: Final[Mapping[str, JsonValue]] = {"routed": True}


class FakeSchemas:
    """Implements `engine.ports.schemas.SchemaCatalog` for the provider `testing/fake`."""

    def __init__(self, mirror: ProviderMirror) -> None:
        self._mirror = mirror

    async def index(self, pin: ProviderPin) -> ProviderIndex:
        """Return what the provider offers."""
        self._mirror.resolve(pin.address, pin.version)
        return ProviderIndex(
            configuration=SETTINGS,
            resources=tuple(sorted(RESOURCES)),
            data_sources=tuple(sorted(DATA_SOURCES)),
        )

    async def resource(self, pin: ProviderPin, resource_type: str) -> TypeSchema:
        """Return the schema of a resource type."""
        return self._type(pin, "resource", resource_type, RESOURCES)

    async def data_source(self, pin: ProviderPin, data_source_type: str) -> TypeSchema:
        """Return the schema of a data source."""
        return self._type(pin, "data_source", data_source_type, DATA_SOURCES)

    def _type(self, pin: ProviderPin, kind: str, name: str, known: Mapping[str, TypeSchema]) -> TypeSchema:
        self._mirror.resolve(pin.address, pin.version)
        if name not in known:
            raise NotFound(
                f"{pin} has no {kind.replace('_', ' ')} type {name}",
                field=f"{kind}_type",
                hint=suggestion(name, known) or f"`intent provider describe {pin.address}` lists them",
            )
        return known[name]
