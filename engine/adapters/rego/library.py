"""Loads a policy into an engine and evaluates it.

Runs inside the worker only. Bounds of time and memory are the worker's; a panic of the engine is meant to
end it.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.checks.advice import advice_on
from engine.adapters.rego.checks.policy import flaws_of_policy, queries_of
from engine.adapters.rego.linking import link
from engine.adapters.rego.metadata import metadata_of
from engine.adapters.rego.parsing import SourceRefused, parse, place_of
from engine.adapters.rego.rewrite.edits import Rewritten
from engine.adapters.rego.wire import Flaw
from engine.core.limits import POLICY_FINDINGS_MAX
from engine.core.policy.rules import SAMPLE

# Names the source in the engine's messages; the real name is added where people read them.
_FILE: Final = "policy"
# What the engine gives for a rule without a value, and for one whose value is this text.
_UNDEFINED: Final = '"<undefined>"'


class Module(NamedTuple):
    """A source that was loaded.

    Attributes:
        engine: holds the source and never evaluates again; None when the source has blocking flaws.
        queries: the full path of each decision rule that the source defines.
        flaws: what the checks found, blocking ones first.
        metadata: the members of `PolicyMetadata` that the source declares.
        rewritten: the text that the engine reads, with the way back to the source.
    """

    engine: Engine | None
    queries: Mapping[str, str]
    flaws: tuple[Flaw, ...]
    metadata: Mapping[str, Any] = {}
    rewritten: Rewritten = Rewritten("")


class EvaluationFailed(Exception):
    """The engine refused an evaluation; `line` and `column` are 0 where it names no place."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message


class RuleUndefined(Exception):
    """A rule that a policy decides with has no value for the input; the argument is its name."""


def load(source: str, *, rego_v0: bool, parameters: str = "{}") -> Module:
    """Check a source and, if nothing blocks, make it ready to evaluate with `parameters`, JSON text."""
    try:
        parsed = parse(source, rego_v0=rego_v0)
    except SourceRefused as refused:
        return Module(None, {}, (refused.flaw,))
    linked = link({_FILE: parsed}, rego_v0=rego_v0, data=f'{{"parameters": {parameters}}}')
    metadata = metadata_of(source)
    flaws = [*flaws_of_policy(linked.program), *(flaw for _, flaw in linked.flaws), *metadata.flaws]
    flaws += advice_on(linked.program, metadata.members)
    flaws.sort(key=lambda flaw: (not flaw.blocking, flaw.line, flaw.column))
    blocked = bool(flaws) and flaws[0].blocking
    queries = queries_of(linked.program.sources[0])
    engine = None if blocked else linked.engine
    return Module(engine, queries, tuple(flaws[:POLICY_FINDINGS_MAX]), metadata.members, parsed.rewritten)


def evaluate(module: Module, input_json: str) -> dict[str, Any]:
    """Return the value of each decision rule for the input; `sample` alone may have none.

    Raises:
        RuleUndefined: a rule with `:=` or `=` whose body does not hold says neither yes nor no. A set
            (`deny contains …`) is always defined.
        EvaluationFailed: the input is not JSON that the engine reads, or a rule fails.
        ValueError: the module has blocking flaws.
    """
    if module.engine is None:
        raise ValueError("the module was refused")
    # INVARIANT: an engine evaluates once; what it held, a panic in it included, ends with it.
    engine = module.engine.clone()
    values: dict[str, Any] = {}
    try:
        engine.set_input_json(input_json)
        for rule, query in module.queries.items():
            value = engine.eval_rule_as_json(query)
            # A query costs three times as much and is the only one that tells a text from no value.
            if value != _UNDEFINED or json.loads(engine.eval_query_as_json(query)).get("result"):
                values[rule] = json.loads(value)
            elif rule != SAMPLE:
                raise RuleUndefined(rule)
    except RuntimeError as refused:
        raise EvaluationFailed(*place_of(refused, module.rewritten)) from None
    return values
