"""What people are warned of in a policy that works: names, input and operations that it likely meant."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.adapters.rego.checks.program import Program, Source, shown
from engine.adapters.rego.names import Names
from engine.adapters.rego.syntax import REFERENCES, Node, Path, reference_of
from engine.adapters.rego.wire import Flaw
from engine.core.policy.rules import OPERATIONS, RULES, SAMPLE

# The members of the input (core's `PolicyInput`); what is below the states and settings is free.
INPUT: Final[Mapping[str, tuple[str, ...]]] = {
    "format_version": (),
    "resource": (
        "resource_id",
        "resource_type",
        "provider",
        "provider_version",
        "operation",
        "current_state",
        "proposed_state",
    ),
    "plan": ("action", "actions", "changed", "replace_paths", "unknown", "sensitive"),
    "project": ("id", "name", "space", "labels", "resource_count"),
    "actor": ("subject", "kind", "client", "roles", "scopes"),
    "provider_config": (),
    "provider_alias": (),
    "dependencies": (),
    "dependents": (),
    "request": ("operation_id", "timestamp_ns", "dry_run", "reason"),
    "change_set": ("id", "size", "changes"),
}
_JUDGING: Final = frozenset({"deny", "review", "warn"})


def advice_on(program: Program, metadata: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield warnings about the one source of a program."""
    (source,) = program.sources
    yield from _near_misses(source)
    yield from _unknown_input(program, source)
    yield from _create_only(program, source, metadata)


def _near_misses(source: Source) -> Iterator[Flaw]:
    for rule in source.rules:
        name = rule.path[0]
        for meant in (*RULES, SAMPLE):
            if name not in {*RULES, SAMPLE} and _is_near(name, meant):
                message = f"{name} decides nothing"
                hint = f"did you mean {meant}?"
                yield source.flaw(rule.start, "near_miss", message, hint, blocking=False)


def _is_near(name: str, meant: str) -> bool:
    """Tell whether a name is another but for one letter; one that starts with `_` is meant as it is."""
    if name.startswith("_") or abs(len(name) - len(meant)) > 1:
        return False
    if sorted(name) == sorted(meant):
        return True
    same = sum(block.size for block in difflib.SequenceMatcher(None, name, meant).get_matching_blocks())
    return same >= max(len(name), len(meant)) - 1


def _unknown_input(program: Program, source: Source) -> Iterator[Flaw]:
    for _, _, names in program.names:
        for use in names.uses:
            path = () if use.local else program.resolved(source, use.path)
            known, given = _members_beside(path)
            if given is not None and given not in known:
                near = difflib.get_close_matches(given, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
                message = f"the input has no {shown(path)}"
                yield source.flaw(use.start, "unknown_input", message, hint, blocking=False)


def _members_beside(path: Path) -> tuple[tuple[str, ...], str | None]:
    """Return the members that there are where a path leaves what is known, and the one that it names."""
    match path:
        case ("input", first, second, *_) if INPUT.get(first):
            return INPUT[first], second
        case ("input", first, *_):
            return tuple(INPUT), first
    return (), None


def _create_only(program: Program, source: Source, metadata: Mapping[str, Any]) -> Iterator[Flaw]:
    hint = "an update can make what a creation may not: judge both"
    declared = metadata.get("operations", OPERATIONS)
    if "create" in declared and "update" not in declared:
        yield Flaw(1, 1, "create_only", "METADATA names create without update", hint, blocking=False)
    compared: dict[str, int] = {}
    for _, rule, names in program.names:
        if rule.path[0] not in _JUDGING:
            continue
        judged = dict(_operations_in([rule.bodies, *_read(program, source, names)]))
        if not judged:
            return
        compared = judged | compared
    if "create" in compared and "update" not in compared and "update" in declared:
        message = "create is judged, update is not"
        yield source.flaw(compared["create"], "create_only", message, hint, blocking=False)


def _read(program: Program, source: Source, names: Names) -> list[Node]:
    """Return the bodies of the rules that a rule reads, at first and at second hand."""
    by_path = [(source.path_of(rule), rule, names) for _, rule, names in program.names]
    pending, seen = [names], set[Path]()
    bodies: list[Node] = []
    while pending:
        reading = pending.pop()
        for use in [*reading.uses, *(call.function for call in reading.calls)]:
            if use.local:
                continue
            for path in set(program.read_by(program.resolved(source, use.path))) - seen:
                seen.add(path)
                for known, rule, of_rule in by_path:
                    if known == path:
                        bodies.append(rule.bodies)
                        pending.append(of_rule)
    return bodies


def _operations_in(node: Node) -> Iterator[tuple[str, int]]:
    """Yield the operations that something named `….operation` is compared with below a node."""
    if isinstance(node, list | tuple):
        for part in node:
            yield from _operations_in(part)
    elif isinstance(node, dict):
        for kind, body in node.items():
            if kind in {"BoolExpr", "AssignExpr"} and body["op"] == "Eq":
                sides = [(body["lhs"], body["rhs"]), (body["rhs"], body["lhs"])]
            elif kind == "Membership":
                sides = [(body["value"], body["collection"])]
            else:
                sides = []
            for named, constants in sides:
                if _is_operation(named):
                    yield from _words(constants)
            if kind != "span":
                yield from _operations_in(body)


def _is_operation(node: Node) -> bool:
    return next(iter(node)) in REFERENCES and reference_of(node).path[-1:] == ("operation",)


def _words(node: Node) -> Iterator[tuple[str, int]]:
    ((kind, body),) = node.items()
    if kind in {"String", "RawString"}:
        yield body["value"], body["span"]["start"]
    for part in body.get("items", ()):
        yield from _words(part)
