"""One resource's stored configuration as values to write: references as expressions, secrets as variables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, count
from typing import Final

from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.hcl.configuration import ResourceBlock, Variable
from engine.core.hcl.literals import Expression, Value
from engine.core.hcl.references import reference
from engine.core.providers.check import complete
from engine.core.providers.schema import Attribute, Block, NestedBlock
from engine.core.refs import REF_KEY, Ref, is_ref, value_at
from engine.core.resources import Resource
from engine.core.values import Path, dotted, marked_at

_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_-]")
# What OpenTofu does not accept as the name of a variable, of the names that an id and an attribute can spell.
_RESERVED: Final = frozenset({"depends_on", "for_each"})
# INVARIANT: what the schema does not know is never shown.
_UNKNOWN: Final = Attribute(type="dynamic", sensitive=True)
_SCALARS: Final = frozenset({"string", "number", "bool"})


@dataclass(frozen=True)
class Member:
    """A resource with the schema of its type."""

    resource: Resource
    block: Block


def literal(value: JsonValue) -> Value:
    """Return the same value, typed as one that can be written."""
    if isinstance(value, list):
        return [literal(item) for item in value]
    if isinstance(value, dict):
        return {key: literal(item) for key, item in value.items()}
    return value


class Translation:
    """The translation of one resource; adds its variables to those of the whole configuration."""

    def __init__(
        self,
        member: Member,
        exported: Mapping[str, Member],
        others: Mapping[str, Member],
        variables: dict[str, Variable],
    ) -> None:
        self._member = member
        self._exported = exported
        self._others = others
        self._expressed: set[str] = set()
        self._comments: list[str] = []
        self._variables = variables
        self._sensitive: list[Path] = []

    def resource_block(self) -> ResourceBlock:
        """Return the resource's block.

        Raises:
            InvalidInput: a reference leads nowhere.
        """
        resource, block = self._member.resource, self._member.block
        values = self._block((), block, complete(block, resource.config))
        unexpressed = [name for name in resource.depends_on if name not in self._expressed]
        self._comments += [
            f"It depends on {name}, which is not part of this export."
            for name in unexpressed
            if name not in self._exported
        ]
        return ResourceBlock(
            resource_type=resource.resource_type,
            name=resource.resource_id,
            block=block,
            values=values,
            pin=resource.pin,
            alias=resource.provider_alias,
            depends_on=tuple(self._exported[n].resource.address for n in unexpressed if n in self._exported),
            comments=tuple(self._comments),
            sensitive=tuple(self._sensitive),
        )

    def _block(self, path: Path, block: Block, config: Mapping[str, JsonValue]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name, value in config.items():
            here = (*path, name)
            if value is None:
                continue
            if name in block.block_types:
                values[name] = self._nested(here, block.block_types[name], value)
            else:
                values[name] = self._attribute(here, block.attributes.get(name, _UNKNOWN), value)
        return values

    def _nested(self, path: Path, nested: NestedBlock, value: JsonValue) -> Value:
        # A block is no value: no expression can stand for it.
        value, secret = self._present(path, value)
        if secret:
            self._comments.append(f"{dotted(path)} is left out: what it refers to is sensitive.")
            return []
        if isinstance(value, list):
            return [self._nested((*path, position), nested, item) for position, item in enumerate(value)]
        if not isinstance(value, dict):
            return literal(value)
        if nested.nesting_mode == "map":
            inner = nested.model_copy(update={"nesting_mode": "single"})
            return {key: self._nested((*path, key), inner, item) for key, item in value.items()}
        return self._block(path, nested.block, value)

    def _attribute(self, path: Path, attribute: Attribute, value: JsonValue) -> Value:
        if attribute.sensitive:
            return self._secret(path, attribute.type, value)
        if attribute.nested_type is not None and not is_ref(value):
            inner = Block(attributes=attribute.nested_type.attributes)
            return self._nested(
                path, NestedBlock(nesting_mode=attribute.nested_type.nesting_mode, block=inner), value
            )
        return self._value(path, attribute.type, value)

    def _value(self, path: Path, constraint: JsonValue, value: JsonValue) -> Value:
        if is_ref(value):
            return self._reference(path, constraint, value)
        if isinstance(value, list):
            return [self._value((*path, position), None, item) for position, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: self._value((*path, key), None, item) for key, item in value.items()}
        return value

    def _secret(self, path: Path, constraint: JsonValue, value: JsonValue) -> Value:
        """Return a reference or a variable.

        INVARIANT: a value that a schema calls sensitive is never written into a configuration.
        """
        if is_ref(value) and self._target(path, value)[1].resource_id in self._exported:
            return self._reference(path, constraint, value)
        return self._variable(path, constraint, self._plain(path, value))

    def _reference(self, path: Path, constraint: JsonValue, value: JsonValue) -> Value:
        member, ref = self._target(path, value)
        if ref.resource_id in self._exported:
            self._expressed.add(ref.resource_id)
            if self._is_secret(member, ref):
                self._sensitive.append(path)
            return reference(member.resource.resource_type, member.block, ref)
        present, secret = self._present(path, value)
        return self._variable(path, constraint, present) if secret else literal(present)

    def _present(self, path: Path, value: JsonValue) -> tuple[JsonValue, bool]:
        """Return what a reference yields now, and whether it is secret; any other value as it is."""
        if not is_ref(value):
            return value, False
        member, ref = self._target(path, value)
        state = member.resource.state
        attributes = {} if state is None else state.attributes
        here = ref.resource_id in self._exported
        reason = "a block cannot be a reference" if here else f"{ref.resource_id} is not part of this export"
        self._comments.append(
            f"{dotted(path)} referred to {ref}; it has the present value, because {reason}."
        )
        return value_at(attributes, ref, dotted(path)), self._is_secret(member, ref)

    @staticmethod
    def _is_secret(member: Member, ref: Ref) -> bool:
        return marked_at(member.resource.sensitive, ref.path)

    def _plain(self, path: Path, value: JsonValue) -> JsonValue:
        if is_ref(value):
            return self._present(path, value)[0]
        if isinstance(value, list):
            return [self._plain((*path, position), item) for position, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: self._plain((*path, key), item) for key, item in value.items()}
        return value

    def _variable(self, path: Path, constraint: JsonValue, value: JsonValue) -> Expression:
        resource = self._member.resource
        wanted = _NOT_IN_NAMES.sub("_", "_".join((resource.resource_id, *map(str, path))))
        spellings = chain([wanted], (f"{wanted}_{n}" for n in count(2)))
        name = next(n for n in spellings if n not in self._variables and n not in _RESERVED)
        self._variables[name] = Variable(
            name=name,
            type=_type_expression(constraint),
            description=f"{dotted(path)} of {resource.address}, which is sensitive and not written here.",
            value=value,
        )
        self._sensitive.append(path)
        return Expression(f"var.{name}")

    def _target(self, path: Path, value: JsonValue) -> tuple[Member, Ref]:
        ref = Ref.parse(value.get(REF_KEY) if isinstance(value, dict) else None, dotted(path))
        member = self._exported.get(ref.resource_id) or self._others.get(ref.resource_id)
        if member is None:
            raise InvalidInput(
                f"{self._member.resource.resource_id} refers to {ref}, and the project has no such resource",
                field=dotted(path),
                hint="update the resource with a value instead of the reference",
            )
        return member, ref


def _type_expression(constraint: JsonValue) -> str:
    match constraint:
        case str(name) if name in _SCALARS:
            return name
        case ["list" | "set" | "map" as kind, str(name)] if name in _SCALARS:
            return f"{kind}({name})"
    return "any"
