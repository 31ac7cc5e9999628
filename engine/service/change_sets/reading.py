"""Reading the changes of a set as callers write them. Whether they fit each other is `examine`'s."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import JsonValue

from engine.core.addrs import ProviderAddress, Version, parse_alias, parse_type
from engine.core.errors import InvalidInput
from engine.core.ids import parse_resource_id
from engine.core.limits import CHANGE_SET_MAX
from engine.core.operations.operation import OperationKind, Request, UpdateMode
from engine.core.providers.check import Problem
from engine.core.providers.names import suggestion
from engine.core.text import require_whole_characters
from engine.service.change_sets.examine import refuse

_OPERATION: Final = "operation"
_FORMS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "create": (
        frozenset({"resource_id", "provider", "resource_type"}),
        frozenset({"config", "provider_version", "provider_alias", "depends_on"}),
    ),
    "update": (frozenset({"resource_id", "config"}), frozenset({"mode"})),
    "delete": (frozenset({"resource_id"}), frozenset()),
}


def read_changes(changes: Sequence[JsonValue]) -> tuple[Request, ...]:
    """Return the requests of a set.

    Raises:
        InvalidInput: there are none or more than 500, one is malformed, or two are about one resource; every
            problem is named with its place.
    """
    if not 0 < len(changes) <= CHANGE_SET_MAX:
        raise InvalidInput(
            f"a change set has 1 to {CHANGE_SET_MAX} changes, not {len(changes)}",
            field="changes",
            hint="split it" if changes else "give at least one change",
        )
    problems: list[Problem] = []
    read = [_read(f"changes.{place}", change, problems) for place, change in enumerate(changes)]
    requests = [request for request in read if request is not None]
    refuse((*problems, *_twice(read)))
    return tuple(requests)


def _twice(read: Sequence[Request | None]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for place, request in enumerate(read):
        if request is not None and first.setdefault(request.resource_id, place) != place:
            yield Problem(
                path=f"changes.{place}.resource_id",
                message=f"changes.{first[request.resource_id]} is about {request.resource_id} already",
                hint="say everything about one resource in one change",
            )


def _read(field: str, change: JsonValue, problems: list[Problem]) -> Request | None:
    if not isinstance(change, dict):
        problems.append(Problem(path=field, message="must be an object", hint='write {"operation": …}'))
        return None
    kind = change.get(_OPERATION)
    if not isinstance(kind, str) or kind not in _FORMS:
        hint = f"{suggestion(str(kind), _FORMS)} it is one of {', '.join(_FORMS)}".lstrip()
        message = "is required" if kind is None else f"there is no {kind!r}"
        problems.append(Problem(path=f"{field}.{_OPERATION}", message=message, hint=hint))
        return None
    found = [*_misplaced(field, kind, change)]
    fields: dict[str, Any] = {"kind": OperationKind(kind)} | ({"config": {}} if kind == "create" else {})
    for name, value in change.items():
        parse = _PARSERS.get(name)
        if parse is None or value is None:
            continue
        try:
            fields[name] = parse(value)
        except InvalidInput as error:
            inner = error.field or name
            path = f"{field}.{inner if inner.startswith(name) else name}"
            found.append(Problem(path=path, message=error.message, hint=error.hint or "mend it"))
    problems += found
    return None if found else Request.model_validate(fields)


def _misplaced(field: str, kind: str, change: Mapping[str, JsonValue]) -> Iterator[Problem]:
    required, optional = _FORMS[kind]
    takes = sorted(required | optional)
    for name in sorted(change.keys() - required - optional - {_OPERATION}):
        hint = f"{suggestion(name, takes)} {kind} takes {', '.join(takes)}".lstrip()
        yield Problem(path=f"{field}.{name}", message=f"does not belong to {kind}", hint=hint)
    for name in sorted(required):
        if change.get(name) is None:
            hint = f"{kind} takes {', '.join(takes)}"
            yield Problem(path=f"{field}.{name}", message="is required", hint=hint)


def _text(value: JsonValue, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidInput("must be a string", field=name, hint="write it in quotes")
    return value


def _config(value: JsonValue) -> JsonValue:
    require_whole_characters(value, "config")
    return value


def _names(value: JsonValue) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InvalidInput("must be a list", field="depends_on", hint="give a list of resource ids")
    return tuple(sorted({parse_resource_id(_text(name, "depends_on")) for name in value}))


def _mode(value: JsonValue) -> UpdateMode:
    if value not in [*UpdateMode]:
        raise InvalidInput("must be merge or replace", field="mode", hint="leave it out to merge")
    return UpdateMode(str(value))


_PARSERS: Final[Mapping[str, Callable[[JsonValue], Any]]] = {
    "resource_id": lambda value: parse_resource_id(_text(value, "resource_id")),
    "provider": lambda value: str(ProviderAddress.parse(_text(value, "provider"))),
    "provider_version": lambda value: str(Version.parse(_text(value, "provider_version"))),
    "provider_alias": lambda value: parse_alias(_text(value, "provider_alias")),
    "resource_type": lambda value: parse_type(_text(value, "resource_type")),
    "config": _config,
    "mode": _mode,
    "depends_on": _names,
}
