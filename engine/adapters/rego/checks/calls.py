"""What is wrong with calls: no such function, wrong arguments. What is forbidden is judged elsewhere."""

import difflib
from collections.abc import Iterator, Sequence
from typing import Final

from engine.adapters.rego.checks.kinds import kinds_of
from engine.adapters.rego.checks.program import Program, Source, shown
from engine.adapters.rego.names import Call
from engine.adapters.rego.rewrite.templates import FUNCTION
from engine.adapters.rego.rewrite.walks import WALK
from engine.adapters.rego.signatures import KINDS, SIGNATURES
from engine.adapters.rego.syntax import Path
from engine.adapters.rego.vocabulary import BUILTINS, BUILTINS_V0, FORBIDDEN
from engine.adapters.rego.wire import Flaw

# Refused by OPA in the language of today.
_INSTEAD: Final = {
    "all": "write `every`",
    "any": "write `true in …`",
    "cast_array": "check with is_array",
    "cast_boolean": "check with is_boolean",
    "cast_null": "check with is_null",
    "cast_object": "check with is_object",
    "cast_set": "check with is_set",
    "cast_string": "check with is_string",
    "net.cidr_overlap": "call net.cidr_contains",
    "re_match": "call regex.match",
    "set_diff": "write `a - b`",
}


def flaws_of_calls(program: Program) -> Iterator[tuple[Source, Flaw]]:
    """Yield what is wrong with the calls of every rule."""
    for source, _, names in program.names:
        for call in names.calls:
            for flaw in _flaws_of_call(program, source, call):
                yield source, flaw


def nearest(given: Sequence[str], known: Sequence[str]) -> str:
    """Return a question that offers the name most like one of those given, empty where none is alike."""
    for name in given:
        if near := difflib.get_close_matches(name, known, n=1):
            return f"did you mean {near[0]}?"
    return ""


def _flaws_of_call(program: Program, source: Source, call: Call) -> Iterator[Flaw]:
    start = call.function.start
    if call.function.declared or not call.function.whole:
        return
    path = program.resolved(source, call.function.path)
    name = shown(call.function.path)
    builtins = (BUILTINS if source.is_v1 else BUILTINS_V0) & SIGNATURES.keys()
    if path in program.rules:
        yield from _flaws_of_own(program, source, call, path)
    elif name in _INSTEAD and source.is_v1:
        message = f"{name} is no part of the language any more"
        yield source.flaw(start, "deprecated_builtin", message, _INSTEAD[name])
    elif path == call.function.path and name in builtins:
        yield from _flaws_of_builtin(source, call, name)
    elif name not in FORBIDDEN and not (name == FUNCTION and _is_rewritten(source, start)):
        own = {shown(rule.path) for rules in program.rules.values() for _, rule in rules if rule.is_function}
        near = nearest([name], sorted(builtins | own))
        hint = near or "define it in this policy; the docs list the built-ins"
        yield source.flaw(start, "unknown_function", f"there is no function {name}", hint)


def _is_rewritten(source: Source, start: int) -> bool:
    """Tell whether a call at a byte of the text stands for a text with expressions, and nobody wrote it."""
    return source.written(start).startswith("$") or FUNCTION.rpartition(".")[2] not in source.rewritten.source


def _flaws_of_own(program: Program, source: Source, call: Call, path: Path) -> Iterator[Flaw]:
    start, name = call.function.start, shown(call.function.path)
    arities = {len(rule.arguments) for _, rule in program.rules[path] if rule.arguments is not None}
    if not arities:
        hint = "write its name without arguments, or define a function"
        yield source.flaw(start, "unknown_function", f"{name} is a rule, no function", hint)
    elif not arities & _given(call):
        yield _wrong_arity(source, call, next(iter(arities)))


def _flaws_of_builtin(source: Source, call: Call, name: str) -> Iterator[Flaw]:
    if name == WALK and len(call.arguments) == 1:
        message, hint = "walk gives no value of its own here", "write walk(x, [path, value])"
        yield source.flaw(call.function.start, "walk_value", message, hint)
        return
    signature = SIGNATURES[name]
    if len(signature.arguments) not in _given(call):
        yield _wrong_arity(source, call, len(signature.arguments))
        return
    for number, (taken, argument) in enumerate(zip(signature.arguments, call.arguments, strict=False), 1):
        given = kinds_of(argument)
        if not set(given) & set(taken):
            wanted = " or ".join(KINDS[kind] for kind in taken)
            message = f"argument {number} of {name} is {KINDS[given[0]]}, not {wanted}"
            yield source.flaw(call.function.start, "wrong_kind", message, "pass a value of that kind")


def _wrong_arity(source: Source, call: Call, takes: int) -> Flaw:
    given, name = len(call.arguments), shown(call.function.path)
    message = f"{name} takes {takes} argument{'s' * (takes != 1)}, not {given}"
    return source.flaw(call.function.start, "wrong_arity", message, "pass as many as it takes")


def _given(call: Call) -> set[int]:
    """Return the numbers of arguments that a function may take to be called so."""
    given = len(call.arguments)
    return {given, given - 1} if call.is_statement else {given}
