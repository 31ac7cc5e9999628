"""Gives an engine the built-ins that are written in Python, and the refusals of those that are forbidden."""

import importlib
from collections.abc import Callable
from functools import cache

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value
from engine.adapters.rego.builtins.table import IN_PYTHON, IN_PYTHON_V0, Builtin
from engine.adapters.rego.vocabulary import FORBIDDEN


def register(engine: Engine, *, rego_v0: bool) -> None:
    """Add everything to an engine that has no sources yet; its clones have it too.

    A call costs its function, what crosses between the languages, and some microseconds. The first one
    imports what the function needs.
    """
    callables = {**IN_PYTHON, **IN_PYTHON_V0} if rego_v0 else IN_PYTHON
    for name, builtin in callables.items():
        engine.add_extension(name, builtin.arity, _guarded(builtin))
    for name, forbidden in FORBIDDEN.items():
        if forbidden.arity is not None:
            engine.add_extension(name, forbidden.arity, _refusal(forbidden.hint))


def prepare(source: str) -> None:
    """Import what the built-ins that a source may call need, so that no evaluation pays for it in its time.

    A built-in whose name the source writes in another way is imported when it is called.
    """
    for name, builtin in {**IN_PYTHON, **IN_PYTHON_V0}.items():
        if f"{name}(" in source:
            function_of(builtin)


@cache
def function_of(builtin: Builtin) -> Callable[..., Value]:
    """Return the function of a built-in. It is imported here, so that a worker starts with none of them."""
    function: Callable[..., Value] = getattr(importlib.import_module(builtin.module), builtin.function)
    return function


def _guarded(builtin: Builtin) -> Callable[..., Value]:
    def call(*operands: Value) -> Value:
        # INVARIANT: whatever a built-in raises is the policy's error, in words that hold none of its values.
        try:
            return function_of(builtin)(*operands)
        except BuiltinFailed:
            raise
        except Exception as unexpected:  # noqa: BLE001 - its words may quote a secret
            raise BuiltinFailed(f"it failed inside: {type(unexpected).__name__}") from None

    return call


def _refusal(hint: str) -> Callable[..., Value]:
    def refuse(*_operands: Value) -> Value:
        raise BuiltinFailed(f"it is forbidden; {hint}")

    return refuse
