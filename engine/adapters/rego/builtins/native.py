"""Asks the engine's own built-ins, for those in Python that differ from them in little."""

import json
from functools import cache

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value


def native(expression: str, *operands: Value) -> Value:
    """Return the value of an expression over `input`, an array of the operands. It is never undefined.

    Raises:
        BuiltinFailed: the engine refuses.
    """
    engine = _plain().clone()
    try:
        engine.set_input_json(json.dumps(operands))
        (result,) = json.loads(engine.eval_query_as_json(expression))["result"]
    except (RuntimeError, TypeError):  # a set is none of JSON's
        raise BuiltinFailed("the engine refuses the operands") from None
    return result["expressions"][0]["value"]


@cache
def _plain() -> Engine:
    # INVARIANT: it has no built-in in Python, so that none leads back here; only its clones evaluate.
    return Engine()
