"""Built-ins that a policy may not call: a rule for policies, not for Rego. What else calls one raises."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from engine.adapters.rego.checks.program import Program, Source, shown
from engine.adapters.rego.vocabulary import FORBIDDEN
from engine.adapters.rego.wire import Flaw

_NOTHING: Final[frozenset[str]] = frozenset()


def flaws_of_forbidden(program: Program) -> Iterator[tuple[Source, Flaw]]:
    """Yield each forbidden built-in that a rule names, to call it, to replace it or to replace by it."""
    yield from flaws_of_forbidden_calls(program)
    for source, _, names in program.names:
        for use in [*names.uses, *(replaced.target for replaced in names.withs)]:
            name = ".".join(use.path)
            if name in FORBIDDEN and not use.declared:
                yield source, _flaw(source, use.start, name)


def flaws_of_forbidden_calls(
    program: Program, allowed: AbstractSet[str] = _NOTHING
) -> Iterator[tuple[Source, Flaw]]:
    """Yield each call of a forbidden built-in, but for those allowed; `with` may replace any."""
    for source, _, names in program.names:
        for call in names.calls:
            function = call.function
            name = shown(function.path)
            is_own = program.resolved(source, function.path) in program.rules
            if name in FORBIDDEN.keys() - allowed and not function.declared and not is_own:
                yield source, _flaw(source, function.start, name)


def _flaw(source: Source, start: int, name: str) -> Flaw:
    return source.flaw(start, "forbidden_builtin", f"{name} is forbidden", FORBIDDEN[name].hint)
