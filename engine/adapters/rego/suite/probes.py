"""Asks a world further questions: values of expressions behind some statements of a rule. Knows no test."""

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.syntax import Path
from engine.core.policy.suite.worlds import spelt_path

_RULE: Final = "asked_by_the_runner"
_VALUE: Final = "value_asked_by_the_runner"


class Refused(Exception):
    """The engine cannot answer: a name has no value yet, or an expression fails."""


class Home(NamedTuple):
    """Where questions are asked: the package of a module, with its imports as text."""

    package: Path
    imports: str


class Probes:
    """Questions to copies of an engine, each in a rule of its own."""

    def __init__(self, engine: Engine, home: Home, *, rego_v0: bool) -> None:
        self._engine = engine
        self._home = home
        self._rego_v0 = rego_v0

    def holds(self, statements: Sequence[str]) -> bool:
        """Tell whether statements hold one after the other.

        Raises:
            Refused: the engine cannot tell.
        """
        return bool(self.values(statements, "true"))

    def values(self, statements: Sequence[str], expression: str, modifiers: str = "") -> list[Any]:
        """Return the values of an expression behind statements, each once; none where they do not hold.

        Raises:
            Refused: the engine cannot tell.
        """
        body = "\n".join([*statements, f"{_VALUE} := {expression} {modifiers}"])
        head = f"{_RULE}[{_VALUE}]" if self._rego_v0 else f"{_RULE} contains {_VALUE} if"
        package = spelt_path(("data", *self._home.package)).partition(".")[2]
        engine = self._engine.clone()
        try:
            engine.add_policy("asked", f"package {package}\n{self._home.imports}\n{head} {{\n{body}\n}}\n")
            query = spelt_path(("data", *self._home.package, _RULE))
            results = json.loads(engine.eval_query_as_json(query)).get("result", [])
        except RuntimeError as refused:
            raise Refused(str(refused)) from None
        found: list[Any] = results[0]["expressions"][0]["value"] if results else []
        return found

    def shown(self, statements: Sequence[str], expression: str, modifiers: str = "") -> list[str]:
        """Return the values of an expression as Rego writes them.

        Raises:
            Refused: the engine cannot tell.
        """
        name = f"{_VALUE}_shown"
        behind = [*statements, f"{name} := {expression} {modifiers}"]
        found = self.values(behind, f'[type_name({name}), sprintf("%v", [[{name}]])]')
        return ["set()" if pair == ["set", "[{}]"] else pair[1][1:-1] for pair in found]
