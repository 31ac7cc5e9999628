"""What is refused about a policy that parses: package, rules, functions, data, recursion. Knows no engine."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.adapters.rego.places import position
from engine.adapters.rego.rewrite.edits import Rewritten
from engine.adapters.rego.rewrite.templates import FUNCTION
from engine.adapters.rego.syntax import Node, Path, Reference, Rule, imports_of, package_of, rules_of
from engine.adapters.rego.vocabulary import BUILTINS, BUILTINS_V0, FORBIDDEN
from engine.adapters.rego.wire import Flaw
from engine.core.policy.rules import PACKAGES, RULES, SAMPLE

_PARAMETERS: Final = ("data", "parameters")


def flaws_of_module(rewritten: Rewritten, tree: Node, *, rego_v0: bool) -> tuple[dict[str, str], list[Flaw]]:
    """Return the query of each decision rule that a module defines, and what is wrong with it."""
    return _Module(rewritten, tree, BUILTINS_V0 if rego_v0 else BUILTINS).judge()


class _Module:
    """One module with what the checks look up in it."""

    def __init__(self, rewritten: Rewritten, tree: Node, builtins: frozenset[str]) -> None:
        self._rewritten = rewritten
        self._builtins = builtins
        self._source = rewritten.text.encode()
        self._package: Path = package_of(tree)
        self._imports: Mapping[str, Reference] = imports_of(tree, self._source)
        self._rules: Sequence[Rule] = rules_of(tree, self._source)
        self._defined = {rule.path: rule.is_function for rule in self._rules}

    def judge(self) -> tuple[dict[str, str], list[Flaw]]:
        flaws = [*self._shape(), *self._names(), *self._recursion()]
        defined = {rule.path[0] for rule in self._rules if not rule.is_function}
        package = ".".join(self._package)
        return {r: f"data.{package}.{r}" for r in (*RULES, SAMPLE) if r in defined}, flaws

    def _shape(self) -> Iterator[Flaw]:
        if self._package not in [(name,) for name in PACKAGES]:
            message = f"the package is {'.'.join(self._package)}"
            yield Flaw(1, 1, "wrong_package", message, f"a policy is in package {' or '.join(PACKAGES)}")
        named = {rule.path[0] for rule in self._rules}
        if not named & set(RULES):
            near = _nearest(sorted(named), RULES)
            message = f"none of the rules {', '.join(RULES)} is defined"
            yield Flaw(
                1, 1, "no_decision_rule", message, near or "define at least one, for example deny contains …"
            )
        for rule in self._rules:
            if rule.path[0] in {*RULES, SAMPLE} and rule.is_function:
                message = f"{rule.path[0]} is a function"
                yield self._flaw(
                    rule.start, "rule_is_function", message, "write it as a rule without arguments"
                )

    def _names(self) -> Iterator[Flaw]:
        used: set[str] = set()
        for rule in self._rules:
            references, local = rule.names
            for reference in references:
                used.update(reference.path[:1])
                dotted = ".".join(reference.path)
                if dotted in FORBIDDEN and (
                    reference.called or reference.path[0] not in {*local, *self._globals()}
                ):
                    yield self._flaw(
                        reference.start, "forbidden_builtin", f"{dotted} is forbidden", FORBIDDEN[dotted].hint
                    )
                elif reference.called:
                    yield from self._call(reference)
                elif reference.path[0] not in local:
                    yield from self._data(reference)
        for name, imported in self._imports.items():
            yield from self._data(imported)
            if name not in used and imported.path[0] not in {"rego", "future"}:
                flaw = self._flaw(
                    imported.start, "unused_import", f"{name} is never used", "remove the import"
                )
                yield flaw._replace(blocking=False)

    def _call(self, reference: Reference) -> Iterator[Flaw]:
        dotted = ".".join(reference.path)
        if dotted == FUNCTION and self._is_template(reference):
            return
        if dotted not in self._builtins and not self._defined.get(self._own(reference) or (), False):
            functions = [
                *self._builtins,
                *(".".join(path) for path, is_function in self._defined.items() if is_function),
            ]
            hint = _nearest([dotted], functions) or "define it in this policy; the docs list the built-ins"
            yield self._flaw(reference.start, "unknown_function", f"there is no function {dotted}", hint)

    def _data(self, reference: Reference) -> Iterator[Flaw]:
        path = self._resolved(reference)
        if path[0] == "data" and path[:2] != _PARAMETERS and not self._leads_to(reference):
            message = f"{'.'.join(path)} does not exist"
            hint = "a policy is evaluated alone: it sees its own rules, its input and data.parameters"
            yield self._flaw(reference.start, "unknown_data", message, hint)

    def _recursion(self) -> Iterator[Flaw]:
        calls: dict[Path, set[Path]] = {}
        starts: dict[Path, int] = {}
        for rule in self._rules:
            starts.setdefault(rule.path, rule.start)
            references, local = rule.names
            uses = calls.setdefault(rule.path, set())
            for reference in references:
                if reference.called or reference.path[0] not in local:
                    uses |= self._leads_to(reference)
        for cycle in _cycles(calls):
            chain = " → ".join(".".join(path) for path in (*cycle, cycle[0]))
            yield self._flaw(
                starts[cycle[0]], "recursion", f"recursion: {chain}", "Rego has none; use a comprehension"
            )

    def _leads_to(self, reference: Reference) -> set[Path]:
        """Return the rules of this module that a reference reads: one, or all below it."""
        own = self._own(reference)
        if own is None:
            return set()
        for length in range(len(own), 0, -1):
            if own[:length] in self._defined:
                return {own[:length]}
        return {path for path in self._defined if path[: len(own)] == own}

    def _own(self, reference: Reference) -> Path | None:
        """Return a reference as a path inside this module's package, None where it leaves the package."""
        path = self._resolved(reference)
        if path[0] != "data":
            return path
        package = ("data", *self._package)
        return path[len(package) :] if package[: len(path)] == path[: len(package)] else None

    def _resolved(self, reference: Reference) -> Path:
        imported = self._imports.get(reference.path[0]) if reference.path else None
        return (*imported.path, *reference.path[1:]) if imported else reference.path or ("",)

    def _globals(self) -> set[str]:
        return {*self._imports, *(path[0] for path in self._defined)}

    def _flaw(self, start: int, code: str, message: str, hint: str) -> Flaw:
        line, column = position(self._rewritten.source, self._origin(start))
        return Flaw(line, column, code, message, hint)

    def _is_template(self, reference: Reference) -> bool:
        return self._rewritten.source[self._origin(reference.start)] == "$"

    def _origin(self, start: int) -> int:
        """Return the character of the source that a byte of the rewritten text stands for."""
        return self._rewritten.offset(len(self._source[:start].decode()))


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


def _nearest(given: Sequence[str], known: Sequence[str]) -> str:
    for name in given:
        if near := difflib.get_close_matches(name, known, n=1):
            return f"did you mean {near[0]}?"
    return ""
