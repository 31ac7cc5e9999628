"""A configuration before it is text: providers, resources, imports and variables, each with its comments."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from engine.core.addrs import ProviderPin
from engine.core.hcl.literals import Value
from engine.core.providers.schema import Block
from engine.core.values import Path


@dataclass(frozen=True)
class ProviderBlock:
    """A provider at one version with its settings; `name` is its local name in the configuration.

    Several of one name differ in their setting `alias`, which one of them may lack.
    """

    name: str
    pin: ProviderPin
    block: Block
    settings: Mapping[str, Value]
    comments: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResourceBlock:
    """A resource.

    Attributes:
        provider: its provider as `aws` or `aws.west`, where the type's prefix does not say it, else None.
        depends_on: addresses that no reference expresses.
        pin: of its provider.
        sensitive: paths of the values that OpenTofu takes for sensitive, because what they refer to is.
    """

    resource_type: str
    name: str
    block: Block
    values: Mapping[str, Value]
    pin: ProviderPin
    alias: str = ""
    provider: str | None = None
    depends_on: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    sensitive: tuple[Path, ...] = ()

    @property
    def address(self) -> str:
        """The resource's address."""
        return f"{self.resource_type}.{self.name}"


@dataclass(frozen=True)
class ImportBlock:
    """What takes an existing object into a state; without an `object_id` only its comments are written."""

    address: str
    object_id: str | None
    comments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Variable:
    """A sensitive value that is not written: whoever uses the configuration gives it.

    Attributes:
        type: a type expression.
        value: the present value, for the engine's own plan and never for a file of the export.
    """

    name: str
    type: str
    description: str
    value: JsonValue = field(repr=False)


@dataclass(frozen=True)
class Configuration:
    """All blocks, in the order in which they are written."""

    providers: tuple[ProviderBlock, ...]
    resources: tuple[ResourceBlock, ...]
    imports: tuple[ImportBlock, ...]
    variables: tuple[Variable, ...]
