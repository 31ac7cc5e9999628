"""A change set as a graph: what is wrong with it, in which order its changes go. Carries nothing out."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.graph import creation_order, dependents
from engine.core.operations.operation import OperationKind
from engine.core.providers.check import Problem
from engine.core.providers.names import suggestion
from engine.core.refs import REF_KEY, Ref
from engine.core.values import JsonObject, Path, dotted, true_paths

_ALWAYS_TOLD: Final = ("create", "update", "delete")
_NOTHING: Final = "no-op"
_SEVERAL: Final = "mixed"
Edges = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Change:
    """One change of a set, as its graph sees it.

    Attributes:
        place: its position in the request, from 0.
        refs: the references of the configuration that the resource will have, with the path of each, which
            begins with `config`.
        depends_on: what it will depend on beside that.
    """

    place: int
    kind: OperationKind
    resource_id: str
    refs: tuple[tuple[str, Ref], ...] = ()
    depends_on: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """What the resource will depend on, sorted; nothing once it is deleted."""
        return tuple(sorted({ref.resource_id for _, ref in self.refs} | set(self.depends_on)))

    @property
    def field(self) -> str:
        """Where it stands in the request."""
        return f"changes.{self.place}"


def find_problems(changes: Sequence[Change], living: Edges) -> Iterator[Problem]:
    """Yield what is wrong between changes and resources; `living` says what depends on what now."""
    by_name = {change.resource_id: change for change in changes}
    for change in changes:
        yield from _existence(change, living)
        if change.kind is OperationKind.DELETE:
            yield from _still_needed(change, by_name, living)
        else:
            yield from _leads_nowhere(change, by_name, living)
    try:
        edges = edges_after(changes, living)
        creation_order({name: [other for other in needs if other != name] for name, needs in edges.items()})
    except InvalidInput as cycle:
        yield Problem(path="changes", message=cycle.message, hint="remove one of these references")


def edges_after(changes: Sequence[Change], living: Edges) -> Mapping[str, tuple[str, ...]]:
    """Return what will depend on what when every change is done."""
    kept = {name: tuple(needs) for name, needs in living.items()}
    made = {c.resource_id: c.needs for c in changes if c.kind is not OperationKind.DELETE}
    gone = {change.resource_id for change in changes} - made.keys()
    return {name: needs for name, needs in {**kept, **made}.items() if name not in gone}


def order(changes: Sequence[Change], living: Edges) -> Mapping[str, frozenset[str]]:
    """Return which changes of a set without problems must be done before each of them.

    What is made or changed comes after what it will depend on; what is deleted comes after what depends on
    it now: that is deleted too, or changed so that it no longer does.
    """
    kept = {change.resource_id for change in changes if change.kind is not OperationKind.DELETE}
    names = {change.resource_id for change in changes}
    return {
        change.resource_id: frozenset(
            kept.intersection(change.needs)
            if change.resource_id in kept
            else names.intersection(dependents(living, change.resource_id))
        )
        for change in changes
    }


def waves(needs: Mapping[str, frozenset[str]]) -> Mapping[str, int]:
    """Return for each change the step in which it is done, from 1; within a step all are free."""
    steps: dict[str, int] = {}
    for name in creation_order(needs):
        steps[name] = 1 + max((steps[other] for other in needs[name]), default=0)
    return steps


def with_dependents(living: Edges, names: Sequence[str]) -> tuple[str, ...]:
    """Return resources and everything that depends on them, directly or not; what is needed comes later."""
    found = set(names)
    pending = list(names)
    while pending:
        more = set(dependents(living, pending.pop())) - found
        found |= more
        pending += more
    return tuple(reversed(creation_order({name: living.get(name, ()) for name in found})))


def summary_of(actions: Sequence[str]) -> str:
    """Return a set's plan in one line: `3 to create, 1 to update, 0 to delete`, and others there are."""
    counts = Counter(actions)
    parts = [f"{counts[word]} to {word}" for word in _ALWAYS_TOLD]
    parts += [f"{counts[word]} to {word}" for word in sorted(counts.keys() - {*_ALWAYS_TOLD, _NOTHING})]
    unchanged = f", {counts[_NOTHING]} unchanged" if counts[_NOTHING] else ""
    return ", ".join(parts) + unchanged


def action_of(actions: Sequence[str]) -> str:
    """Return in one word what a set does: what all do that do anything, else `mixed`."""
    words = set(actions) - {_NOTHING}
    return words.pop() if len(words) == 1 else _SEVERAL if words else _NOTHING


def hoped_for(resource_id: str, after: JsonObject | None, unknown: JsonValue) -> JsonObject:
    """Return the attributes that a plan promises; what it does not know is a reference to itself."""
    hoped = _hoped((resource_id,), after or {}, unknown)
    return hoped if isinstance(hoped, dict) else {}


def _existence(change: Change, living: Edges) -> Iterator[Problem]:
    name, field = change.resource_id, f"{change.field}.resource_id"
    if change.kind is OperationKind.CREATE and name in living:
        yield Problem(path=field, message=f"{name} exists already", hint="update it, or choose another id")
    if change.kind is not OperationKind.CREATE and name not in living:
        hint = suggestion(name, living) or "create it, or leave this change out"
        yield Problem(path=field, message=f"there is no resource {name}", hint=hint)


def _still_needed(change: Change, by_name: Mapping[str, Change], living: Edges) -> Iterator[Problem]:
    needed_by = [name for name in dependents(living, change.resource_id) if name not in by_name]
    if needed_by:
        yield Problem(
            path=f"{change.field}.resource_id",
            message=f"{change.resource_id} is needed by {', '.join(needed_by)}",
            hint="delete or change these in the same set; `intent delete --cascade` deletes them too",
        )


def _leads_nowhere(change: Change, by_name: Mapping[str, Change], living: Edges) -> Iterator[Problem]:
    named = [(path, ref.resource_id) for path, ref in change.refs]
    named += [("depends_on", name) for name in change.depends_on]
    created = {c.resource_id for c in by_name.values() if c.kind is OperationKind.CREATE}
    for path, name in named:
        field = f"{change.field}.{path}"
        if name == change.resource_id:
            yield Problem(path=field, message=f"{name} cannot depend on itself", hint="name another resource")
        elif name in by_name and by_name[name].kind is OperationKind.DELETE:
            place = by_name[name].field
            yield Problem(path=field, message=f"{place} deletes {name}", hint="take the value from elsewhere")
        elif name not in living and name not in created:
            hint = suggestion(name, {*living, *created}) or "create it in the same set, or name another one"
            yield Problem(path=field, message=f"there is no resource {name} to refer to", hint=hint)


def _hoped(path: Path, value: JsonValue, unknown: JsonValue) -> JsonValue:
    if unknown is True:
        return {REF_KEY: dotted(path)}
    if not true_paths(unknown):
        return value
    if isinstance(unknown, dict):
        known = value if isinstance(value, dict) else {}
        names = dict.fromkeys([*known, *unknown])
        return {name: _hoped((*path, name), known.get(name), unknown.get(name, False)) for name in names}
    items, marks = value if isinstance(value, list) else [], unknown if isinstance(unknown, list) else []
    pairs = zip_longest(items, marks[: len(items)] if items else marks, fillvalue=False)
    return [_hoped((*path, place), item, mark) for place, (item, mark) in enumerate(pairs)]
