"""A provider's schema, decoded from `tofu providers schema -json`. Nothing is checked against it here."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from engine.core.errors import RunnerFailed
from engine.core.providers.constraints import is_constraint

Nesting = Literal["single", "group", "list", "set", "map"]


class NestedType(BaseModel):
    """The attributes of a protocol 6 nested attribute."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    attributes: Mapping[str, "Attribute"] = Field(default_factory=dict)
    nesting_mode: Nesting = "single"

    @property
    def as_block(self) -> "NestedBlock":
        """The nested block that holds the same."""
        return NestedBlock(nesting_mode=self.nesting_mode, block=Block(attributes=self.attributes))


class Attribute(BaseModel):
    """One attribute.

    Attributes:
        type: a type constraint in cty's JSON form: `"string"`, `["map", "string"]`, `["object", {…}]`;
            None where `nested_type` is set.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: JsonValue = None
    nested_type: NestedType | None = None
    description: str = ""
    required: bool = False
    optional: bool = False
    computed: bool = False
    sensitive: bool = False
    deprecated: bool = False

    @model_validator(mode="after")
    def _require_type(self) -> Self:
        if self.nested_type is None and not is_constraint(self.type):
            raise ValueError("the type is no constraint in cty's JSON form")
        return self

    @property
    def read_only(self) -> bool:
        """True where the provider alone sets the value."""
        return self.computed and not self.optional and not self.required


class Block(BaseModel):
    """The content of a resource, data source, provider or nested block."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    attributes: Mapping[str, Attribute] = Field(default_factory=dict)
    block_types: Mapping[str, "NestedBlock"] = Field(default_factory=dict)
    description: str = ""
    deprecated: bool = False


class NestedBlock(BaseModel):
    """A nested block with how often it may stand; `max_items` 0 means without bound."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    nesting_mode: Nesting
    block: Block = Field(default_factory=Block)
    min_items: int = 0
    max_items: int = 0


class TypeSchema(BaseModel):
    """The schema of a resource type, a data source or a provider's configuration."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 0
    block: Block = Field(default_factory=Block)

    @classmethod
    def decode(cls, document: Any) -> Self:  # noqa: ANN401 - decoding is where unknown input gets its type
        """Read one schema.

        Raises:
            RunnerFailed: the document is not of the form that OpenTofu publishes.
        """
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise RunnerFailed(
                f"a provider schema cannot be read: {error.error_count()} members are not as documented",
                hint="check the version of OpenTofu with `intent doctor`",
            ) from error


def sensitive_marks(block: Block, value: JsonValue) -> JsonValue:
    """Return the tree of marks (for `values.redact`) of what the schema calls sensitive in `value`."""
    if isinstance(value, list):
        return [sensitive_marks(block, item) for item in value]
    if not isinstance(value, dict):
        return False
    marks: dict[str, JsonValue] = {}
    for key, item in value.items():
        if key in block.block_types:
            marks[key] = _block_marks(block.block_types[key], item)
        elif key in block.attributes:
            marks[key] = _attribute_marks(block.attributes[key], item)
        else:
            # INVARIANT: what the schema does not know is never shown.
            marks[key] = True
    return marks


def _block_marks(nested: NestedBlock, value: JsonValue) -> JsonValue:
    if nested.nesting_mode == "map" and isinstance(value, dict):
        return {key: sensitive_marks(nested.block, item) for key, item in value.items()}
    return sensitive_marks(nested.block, value)


def _attribute_marks(attribute: Attribute, value: JsonValue) -> JsonValue:
    if attribute.sensitive:
        return True
    return False if attribute.nested_type is None else _block_marks(attribute.nested_type.as_block, value)
