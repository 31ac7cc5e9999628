"""What is refused of a source because it is a policy: package, rules, built-ins, the data it reads."""

from collections.abc import Iterator
from typing import Final

from engine.adapters.rego.checks.calls import nearest
from engine.adapters.rego.checks.forbidden import flaws_of_forbidden
from engine.adapters.rego.checks.kinds import kinds_of
from engine.adapters.rego.checks.program import Program, Source, shown
from engine.adapters.rego.signatures import KINDS
from engine.adapters.rego.syntax import Path, Rule
from engine.adapters.rego.wire import Flaw
from engine.core.policy.rules import PACKAGES, RULES, SAMPLE

PARAMETERS: Final = "parameters"


def queries_of(source: Source) -> dict[str, str]:
    """Return the full path of each decision rule that a policy defines."""
    defined = {rule.path[0] for rule in source.rules if rule.arguments is None}
    return {rule: shown((*source.package, rule)) for rule in (*RULES, SAMPLE) if rule in defined}


def flaws_of_policy(program: Program) -> Iterator[Flaw]:
    """Yield what keeps the one source of a program from being a policy."""
    (source,) = program.sources
    yield from _package(source)
    yield from _rules(source)
    yield from (flaw for _, flaw in flaws_of_forbidden(program))
    yield from _data(program, source)


def _package(source: Source) -> Iterator[Flaw]:
    package = source.package[1:]
    if package not in [(name,) for name in PACKAGES]:
        message = f"the package is {shown(package)}"
        yield Flaw(1, 1, "wrong_package", message, f"a policy is in package {' or '.join(PACKAGES)}")


def _rules(source: Source) -> Iterator[Flaw]:
    named = {rule.path[0] for rule in source.rules}
    if not named & set(RULES):
        hint = nearest(sorted(named), RULES) or "define at least one, for example deny contains …"
        message = f"none of the rules {', '.join(RULES)} is defined"
        yield Flaw(1, 1, "no_decision_rule", message, hint)
    for rule in source.rules:
        if rule.path[0] in {*RULES, SAMPLE} and rule.is_function:
            message, hint = f"{rule.path[0]} is a function", "write it as a rule without arguments"
            yield source.flaw(rule.start, "rule_is_function", message, hint)
        elif rule.path[0] in RULES and (single := _single(rule)):
            message, hint = f"{rule.path[0]} is {single}, no set", f"write {rule.path[0]} contains … if …"
            yield source.flaw(rule.start, "not_a_set", message, hint)


def _single(rule: Rule) -> str:
    """Return what a rule is that can never be a set or an array of reasons; empty where it may be one."""
    if rule.kind == "set":
        return ""
    if not rule.whole or len(rule.path) > 1:
        return "an object"
    kinds = "b" if rule.value is None else kinds_of(rule.value)
    return "" if set(kinds) & set("ae") else KINDS[kinds[0]]


def _data(program: Program, source: Source) -> Iterator[Flaw]:
    read: dict[int, Path] = {}
    for _, _, names in program.names:
        for use in [*names.uses, *(replaced.target for replaced in names.withs)]:
            if not use.local:
                read[use.start] = program.resolved(source, use.path)
    read |= {imported.start: imported.path for imported in source.imports.values()}
    for start, path in sorted(read.items()):
        known = path[:2] == ("data", PARAMETERS) or any(program.read_by(path))
        if path[0] == "data" and not known:
            hint = "a policy is evaluated alone: it sees its own rules, its input and data.parameters"
            yield source.flaw(start, "unknown_data", f"{shown(path)} does not exist", hint)
