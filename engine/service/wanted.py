"""The configuration that an operation asks for: merged, checked by the schema, its references resolved."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from engine.core.digest import canonical_json
from engine.core.errors import InvalidInput
from engine.core.graph import creation_order
from engine.core.limits import CONFIG_MAX_BYTES
from engine.core.operations.operation import OperationKind, Request, UpdateMode
from engine.core.providers.check import check_config, complete
from engine.core.providers.schema import Block
from engine.core.resources import Resource
from engine.core.values import JsonObject, merge
from engine.service.known import Known
from engine.service.references import dependencies, referred, resolved


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        config: the whole new configuration, references unresolved; None where the operation brings none.
        resolved: the configuration as OpenTofu gets it.
        depends_on: the resource ids that the resource will depend on.
    """

    config: JsonObject | None
    resolved: JsonObject
    depends_on: tuple[str, ...]


def wanted(request: Request, known: Known, block: Block) -> Wanted:
    """Return what a request asks for.

    Raises:
        InvalidInput: the configuration or a reference is not acceptable; every problem is named.
    """
    present = known.present
    config = merged(request, present, block)
    if config is None:
        return Wanted(config=None, resolved={}, depends_on=present.depends_on if present is not None else ())
    once = () if request.restores is not None else named_once(present, known.living)
    explicit = request.depends_on or once
    depends_on = dependencies(known.living, request.resource_id, config, explicit)
    edges = {name: resource.depends_on for name, resource in known.living.items()}
    creation_order({**edges, request.resource_id: depends_on})
    return Wanted(config=config, resolved=as_given(known.living, config, block), depends_on=depends_on)


def as_given(living: Mapping[str, Resource], config: JsonObject, block: Block) -> JsonObject:
    """Return a checked configuration as OpenTofu gets it: references resolved, left-out members filled in.

    Raises:
        InvalidInput: a reference leads nowhere, or to a value that does not fit where it stands.
    """
    given = complete(block, resolved(living, config))
    return check_config(block, given)


def checked(block: Block, config: JsonValue) -> JsonObject:
    """Return a configuration of at most 1 MiB that fits the schema.

    Raises:
        InvalidInput: every problem is named.
    """
    if len(canonical_json(config)) > CONFIG_MAX_BYTES:
        raise InvalidInput(
            f"config is larger than {CONFIG_MAX_BYTES} bytes", field="config", hint="give a smaller one"
        )
    return check_config(block, config)


def merged(request: Request, present: Resource | None, block: Block) -> JsonObject | None:
    """Return the whole configuration that a request asks for, checked; None where it brings none.

    Raises:
        InvalidInput: it does not fit the schema; every problem is named.
    """
    if request.kind is OperationKind.CREATE:
        return checked(block, request.config)
    if request.kind is not OperationKind.UPDATE or present is None:
        return None
    change = request.config
    if request.mode is UpdateMode.REPLACE or not isinstance(change, dict):
        return checked(block, change)
    # Checked with its nulls: a key to remove that the schema does not know is a mistake as well.
    checked(block, {**present.config, **change})
    return merge(present.config, change)


def named_once(present: Resource | None, living: Mapping[str, Resource]) -> tuple[str, ...]:
    """Return the dependencies that the caller named once, that no reference expresses and that are there."""
    if present is None:
        return ()
    expressed = referred(present.config)
    return tuple(name for name in present.depends_on if name not in expressed and name in living)
