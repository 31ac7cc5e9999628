"""What is wrong with names: declared twice, never used, kept for the language, imported in vain."""

from collections.abc import Iterator
from typing import Final

from engine.adapters.rego.checks.program import Program, Source, shown
from engine.adapters.rego.names import Names
from engine.adapters.rego.rewrite.keywords import RESERVED
from engine.adapters.rego.signatures import SIGNATURES
from engine.adapters.rego.vocabulary import FORBIDDEN
from engine.adapters.rego.wire import Flaw

_REPLACED: Final = {("input",), ("data",)}
_HINTS: Final = {
    "assignment_in_not": "assign before, and negate what uses it",
    "assignment_target": "compare with ==, or unify with =",
    "declared_twice": "choose another name",
    "reserved_name": "choose another name",
    "shadowed_function": "rename the local name",
    "undeclared": "give it a value in the rule's body first",
    "unsafe": "give it a value in the rule's body, or correct its name",
    "unused_local": "remove it, or write _ in its place",
    "unused_some": "remove it, or use it",
    "with_target": "replace input.…, data.… or a function",
}


def flaws_of_names(program: Program) -> Iterator[tuple[Source, Flaw]]:
    """Yield what is wrong with the names that sources import, define and declare."""
    used: dict[str, set[str]] = {source.name: set() for source in program.sources}
    for source, rule, names in program.names:
        seen = [*names.uses, *(call.function for call in names.calls), *(mod.target for mod in names.withs)]
        used[source.name].update(source.written(use.start) for use in seen if not use.declared)
        for problem in names.problems:
            hint, blocking = _HINTS[problem.code], problem.blocking
            yield source, source.flaw(problem.start, problem.code, problem.message, hint, blocking=blocking)
        yield from _with_targets(program, source, names)
        if rule.path[0].startswith(RESERVED) and source.written(rule.start).startswith(RESERVED):
            yield source, _reserved(source, rule.start, RESERVED)
    for source in program.sources:
        yield from _imports(source, used[source.name])


def _with_targets(program: Program, source: Source, names: Names) -> Iterator[tuple[Source, Flaw]]:
    for replaced in names.withs:
        path = program.resolved(source, replaced.target.path)
        if path[:1] not in _REPLACED and ".".join(path) not in SIGNATURES.keys() | FORBIDDEN.keys():
            message = f"`with` cannot replace {shown(path)}"
            yield source, source.flaw(replaced.target.start, "with_target", message, _HINTS["with_target"])


def _imports(source: Source, used: set[str]) -> Iterator[tuple[Source, Flaw]]:
    known: set[str] = set()
    for imported in source.all_imports:
        name = imported.name
        if imported.path[0] in {"rego", "future"}:
            continue
        if name in known and source.is_v1:
            message, hint = f"two imports are called {shown((name,))}", "give one an alias: import … as …"
            yield source, source.flaw(imported.start, "duplicate_import", message, hint)
        elif name not in used:
            message = f"{shown((name,))} is never used"
            flaw = source.flaw(imported.start, "unused_import", message, "remove the import", blocking=False)
            yield source, flaw
        known.add(name)


def _reserved(source: Source, start: int, name: str) -> Flaw:
    return source.flaw(start, "reserved_name", f"{name} has a meaning of its own", _HINTS["reserved_name"])
