"""The only place that touches the Rego engine: loads sources into engines and evaluates them.

Runs inside the worker only. Bounds of time and memory are the worker's; a panic of the engine is meant to
end it.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.checks import flaws_of_module
from engine.adapters.rego.complaints import complaint_of
from engine.adapters.rego.rewrite.edits import Rewritten
from engine.adapters.rego.rewrite.templates import FUNCTION, joined
from engine.adapters.rego.rewrite.text import rewrite
from engine.adapters.rego.source import flaws_of_depth, flaws_of_text
from engine.adapters.rego.vocabulary import FORBIDDEN
from engine.adapters.rego.wire import Flaw
from engine.core.limits import POLICY_SOURCE_MAX_BYTES
from engine.core.policy.rules import SAMPLE

# Names the source in the engine's messages; the real name is added where people read them.
_FILE: Final = "policy"


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
    if flaws := flaws_of_text(source):
        return Module(None, {}, tuple(flaws))
    rewritten = rewrite(source, rego_v0=rego_v0)
    if flaws := flaws_of_depth(rewritten):
        return Module(None, {}, tuple(flaws))
    engine = new_engine(rego_v0=rego_v0)
    try:
        engine.add_policy(_FILE, rewritten.text)
        engine.add_data_json(f'{{"parameters": {parameters}}}')
        syntax = json.loads(engine.get_ast_as_json())[0]["ast"]
    except RecursionError:  # a RuntimeError itself: Python's, on reading the syntax tree
        message = "expressions nest too deeply"
        return Module(
            None, {}, (Flaw(0, 0, "too_deep", message, "name the inner value in a rule of its own"),)
        )
    except RuntimeError as refused:
        return Module(None, {}, (_flaw("syntax", refused, "correct the Rego", rewritten),))
    queries, flaws = flaws_of_module(rewritten, syntax)
    if not any(flaw.blocking for flaw in flaws):
        try:
            # Any query makes the engine analyse the module, once for all clones; that finds unsafe variables.
            engine.eval_query_as_json("true")
        except RuntimeError as refused:
            hint = "give the variable a value, or correct its name"
            flaws.append(_flaw("unsafe", refused, hint, rewritten))
    flaws.sort(key=lambda flaw: not flaw.blocking)
    blocked = bool(flaws) and flaws[0].blocking
    return Module(None if blocked else engine, queries, tuple(flaws), rewritten=rewritten)


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
            results = json.loads(engine.eval_query_as_json(query)).get("result", [])
            if results:
                values[rule] = results[0]["expressions"][0]["value"]
            elif rule != SAMPLE:
                raise RuleUndefined(rule)
    except RuntimeError as refused:
        raise EvaluationFailed(*_placed(refused, module.rewritten)) from None
    return values


def new_engine(*, rego_v0: bool) -> Engine:
    """Return an engine without sources, in which what is forbidden raises."""
    engine = Engine()
    engine.set_rego_v0(rego_v0)
    engine.set_gather_prints(True)
    engine.set_policy_length_config(
        max_col=POLICY_SOURCE_MAX_BYTES,
        max_file_bytes=POLICY_SOURCE_MAX_BYTES,
        max_lines=POLICY_SOURCE_MAX_BYTES,
    )
    engine.add_extension(FUNCTION, 1, joined)
    for name, forbidden in FORBIDDEN.items():
        if forbidden.arity is not None:
            engine.add_extension(name, forbidden.arity, _refusal(name))
    return engine


def _refusal(name: str) -> Callable[..., object]:
    def refuse(*_arguments: object) -> object:
        raise PermissionError(f"{name} is forbidden")

    return refuse


def _flaw(code: str, refused: RuntimeError, hint: str, rewritten: Rewritten) -> Flaw:
    line, column, message = _placed(refused, rewritten)
    return Flaw(line, column, code, message, hint)


def _placed(refused: RuntimeError, rewritten: Rewritten) -> tuple[int, int, str]:
    """Return where in the source as written the engine complains, and what about."""
    _, line, column, message = complaint_of(refused)
    return *(rewritten.place(line, column) if line else (0, 0)), message
