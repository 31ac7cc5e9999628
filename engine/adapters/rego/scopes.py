"""The names that a rule declares, query by query. Knows no expression.

Declared are arguments, what `:=` assigns, what `some` and `every` name; they hold from there to the end of
their query and of the queries inside it.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from engine.adapters.rego.syntax import Node

ANY: Final = "_"


class How(Enum):
    """How a name came to be known; the values say so to people."""

    SEEN = "is used above"
    ARGUMENT = "is an argument"
    ASSIGNED = "is declared above"
    SOME = "is declared above already"
    SOME_IN = "is declared in `some … in` above"
    EVERY = "is declared by `every` above"


class Problem(NamedTuple):
    """Something about names that OPA refuses (or, where not `blocking`, that nobody needs)."""

    start: int
    code: str
    message: str
    blocking: bool = True


class _Local:
    """A name that a scope knows: how it came there, what it was assigned, whether it was used."""

    def __init__(self, how: How, start: int, value: Node | None = None) -> None:
        self.how = how
        self.start = start
        self.value = value
        self.used = False


class Scopes:
    """The scopes that are open at a place of a rule, innermost last."""

    def __init__(self) -> None:
        self._open: list[dict[str, _Local]] = []

    @property
    def depth(self) -> int:
        """How many are open."""
        return len(self._open)

    def enter(self) -> None:
        """Open a scope."""
        self._open.append({})

    def leave(self) -> Iterator[Problem]:
        """Close the innermost scope and yield what was declared there in vain."""
        for name, local in self._open.pop().items():
            if local.used or local.how in {How.SEEN, How.SOME_IN}:
                continue
            refused = local.how in {How.SOME, How.EVERY}
            code = "unused_some" if refused else "unused_local"
            yield Problem(local.start, code, f"{name} is never used", blocking=refused)

    def declare(self, name: str, start: int, how: How, value: Node | None = None) -> Iterator[Problem]:
        """Make a name known, and yield what is wrong with that; `value` is what it was assigned."""
        known = self._open[-1].get(name)
        if known is not None and not (how is known.how is How.ARGUMENT):
            yield Problem(start, "declared_twice", f"{name} {known.how.value}; here it would be another")
        self._open[-1][name] = _Local(how, start, value)

    def see(self, name: str, start: int) -> None:
        """Remember that a name was used without being declared."""
        self._open[-1].setdefault(name, _Local(How.SEEN, start))

    def use(self, name: str) -> bool:
        """Tell whether a name is declared, and count that as a use of it."""
        known = self._declared(name)
        if known is not None:
            known.used = True
        return known is not None

    def assigned(self, name: str) -> Node | None:
        """Return what `:=` assigned to a name; None where it did not."""
        known = self._declared(name)
        return known.value if known else None

    def _declared(self, name: str) -> _Local | None:
        for scope in reversed(self._open):
            known = scope.get(name)
            if known is not None and known.how is not How.SEEN:
                return known
        return None
