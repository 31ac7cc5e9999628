"""What is asked of a world beside its tests: which cases a test has, and why one did not hold."""

from collections.abc import Sequence
from typing import Any

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.suite.explain import expected_cases, explain
from engine.adapters.rego.suite.modules import Modules
from engine.adapters.rego.suite.probes import Probes
from engine.adapters.rego.suite.rules import Rule, rule_in
from engine.adapters.rego.syntax import Path
from engine.core.limits import SUITE_TEXT_MAX_CHARS


class Questions:
    """Asks copies of an engine that holds modules."""

    def __init__(self, engine: Engine, modules: Modules, *, rego_v0: bool) -> None:
        self._engine = engine
        self._modules = modules
        self._rego_v0 = rego_v0

    def cases(self, package: Path, path: Path) -> list[list[Any]]:
        """Return the keys of each case that a parametrised test names; none where that cannot be told."""
        rule = self._rule(package, path)
        return expected_cases(rule, self._probes(rule)) if rule else []

    def why(self, package: Path, path: Path, keys: Sequence[Any] | None) -> str:
        """Return why a test, or its case with these keys, did not hold; empty where that cannot be told."""
        rule = self._rule(package, path)
        return explain(rule, self._probes(rule), keys)[:SUITE_TEXT_MAX_CHARS] if rule else ""

    def _rule(self, package: Path, path: Path) -> Rule | None:
        rules = (rule_in(text, path, rego_v0=self._rego_v0) for text in self._modules.tests_of(package))
        return next((rule for rule in rules if rule), None)

    def _probes(self, rule: Rule) -> Probes:
        return Probes(self._engine, rule.home, rego_v0=self._rego_v0)
