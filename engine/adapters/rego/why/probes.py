"""Asks the engine for the value of terms beside a loaded policy. What is asked is decided elsewhere."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.complaints import complaint_of

_NAME: Final = "__why_{}"


class Failed(Exception):
    """The engine raised while it found the value of a term; the argument is its words."""


class Probes:
    """Terms evaluated in the package of a policy, with its imports, on one input.

    Args:
        engine: holds the policy and the input, and has evaluated nothing.
        package, imports: as the policy's own module says them.
    """

    def __init__(self, engine: Engine, package: str, imports: str) -> None:
        self._engine = engine
        self._package = package
        self._header = f"package {package}\n{imports}\n"

    def ready(self, terms: Mapping[str, str]) -> "Prepared":
        """Return the terms made ready; one that the engine refuses, as it stands, is left out.

        It refuses a term with a variable that only a later expression gives a value.
        """
        return Prepared(self._package, dict(self._split(list(terms.items()))))

    def _split(self, terms: Sequence[tuple[str, str]]) -> list[tuple[str, Engine]]:
        if not terms:
            return []
        engine = self._engine.clone()
        rules = "".join(f"{_NAME.format(key)} := {term}\n" for key, term in terms)
        try:
            engine.add_policy("why", self._header + rules)
            # Any query makes the engine analyse the modules, which finds what it refuses.
            engine.eval_query_as_json("true")
        except RuntimeError:
            if len(terms) == 1:
                return []
            middle = len(terms) // 2
            return [*self._split(terms[:middle]), *self._split(terms[middle:])]
        return [(key, engine) for key, _ in terms]


class Prepared:
    """Terms that are ready; each is evaluated when its value is asked for."""

    def __init__(self, package: str, engines: Mapping[str, Engine]) -> None:
        self._package = package
        self._engines = engines

    def __contains__(self, key: str) -> bool:
        return key in self._engines

    def value(self, key: str) -> Any:  # noqa: ANN401 - JSON as the engine prints it
        """Return the value of a term, None where it has none.

        Raises:
            Failed: a built-in or the policy raised.
        """
        try:
            answer = (
                self._engines[key].clone().eval_query_as_json(f"data.{self._package}.{_NAME.format(key)}")
            )
        except RuntimeError as refused:
            raise Failed(complaint_of(refused).message) from None
        results = json.loads(answer).get("result", [])
        return results[0]["expressions"][0].get("value") if results else None
