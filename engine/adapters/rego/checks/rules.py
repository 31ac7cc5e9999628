"""Rules that cannot stand together: of one name and different sorts, inside each other, recursive."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.adapters.rego.checks.program import Program, Source, shown
from engine.adapters.rego.syntax import Node, Path, Rule
from engine.adapters.rego.wire import Flaw

_SCALARS: Final = frozenset({"String", "RawString", "Number", "Bool", "Null"})


def flaws_of_rules(program: Program) -> Iterator[tuple[Source, Flaw]]:
    """Yield conflicts between the rules of a program, and its recursions."""
    for path, rules in program.rules.items():
        yield from _conflicts(program, path, rules)
    yield from _recursions(program)


def _conflicts(
    program: Program, path: Path, rules: Sequence[tuple[Source, Rule]]
) -> Iterator[tuple[Source, Flaw]]:
    source, first = rules[0]
    name = shown(first.path)
    sorts = {_sort(rule) for _, rule in rules}
    defaults = [(origin, rule) for origin, rule in rules if rule.kind == "default"]
    inner = next(program.inside(path), None)
    if len(sorts) > 1:
        message = f"{name} is defined as {' and as '.join(sorted(sorts))}"
        other, again = next((s, r) for s, r in rules if _sort(r) != _sort(first))
        yield other, other.flaw(again.start, "rule_conflict", message, "give each a name of its own")
    if len(defaults) > 1:
        origin, again = defaults[1]
        message = f"{name} has {len(defaults)} defaults"
        yield origin, origin.flaw(again.start, "duplicate_default", message, "keep one of them")
    if inner is not None and any(rule.whole for _, rule in rules):
        message = f"{name} is a value, and {shown(inner[len(source.package) :])} would be inside it"
        yield source, source.flaw(first.start, "rule_conflict", message, "rename one of them")
    constants = {str(_bare(rule.value)) for _, rule in rules if _is_constant(rule)}
    if len(constants) > 1:
        message = f"{name} has several values that all hold always"
        yield source, source.flaw(first.start, "rule_conflict", message, "give each a body, or keep one")
    for other in program.sources:
        if other.package == path and any(rule.whole for _, rule in rules):
            message = f"{name} has the name of a package"
            yield source, source.flaw(first.start, "rule_conflict", message, "rename one of them")


def _sort(rule: Rule) -> str:
    if rule.arguments is not None:
        return f"a function of {len(rule.arguments)}"
    if rule.kind == "set":
        return "a set" if rule.whole else "an object of sets"
    return "a value" if rule.whole else "an object"


def _is_constant(rule: Rule) -> bool:
    return (
        rule.kind == "value"
        and rule.whole
        and rule.arguments is None
        and not rule.bodies
        and (
            rule.value is None or next(iter(rule.value)) in {"String", "RawString", "Number", "Bool", "Null"}
        )
    )


def _bare(value: Node | None) -> object:
    return True if value is None else next(iter(value.values()))["value"]


def _recursions(program: Program) -> Iterator[tuple[Source, Flaw]]:
    calls: dict[Path, set[Path]] = {path: set() for path in program.rules}
    for source, rule, names in program.names:
        reads = calls[source.path_of(rule)]
        replacing = [replaced.target for replaced in names.withs]
        for use in [*names.uses, *(call.function for call in names.calls), *replacing]:
            if not use.local:
                reads.update(program.read_by(program.resolved(source, use.path), use.rest))
    for cycle in _cycles(calls):
        source, rule = program.rules[cycle[0]][0]
        chain = " → ".join(shown(path[len(source.package) :]) for path in (*cycle, cycle[0]))
        message, hint = f"recursion: {chain}", "Rego has none; use a comprehension"
        yield source, source.flaw(rule.start, "recursion", message, hint)


def _cycles(calls: Mapping[Path, set[Path]]) -> Iterator[Sequence[Path]]:
    """Yield one cycle for each rule that a depth-first walk finds itself inside of."""
    finished: set[Path] = set()
    for root in sorted(calls):
        trail: list[Path] = []
        pending: list[tuple[Path, Iterator[Path]]] = []
        if root not in finished:
            trail.append(root)
            pending.append((root, iter(sorted(calls[root]))))
        while pending:
            current, uses = pending[-1]
            used = next(uses, None)
            if used is None:
                pending.pop()
                trail.pop()
                finished.add(current)
            elif used in trail:
                yield trail[trail.index(used) :]
            elif used not in finished:
                trail.append(used)
                pending.append((used, iter(sorted(calls[used]))))
