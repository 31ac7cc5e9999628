"""What the tests of built-ins share: a value of an expression, as a policy sees it, or why there is none."""

import json
from typing import Any

from engine.adapters.rego.complaints import complaint_of
from engine.adapters.rego.engines import new_engine


def value_of(expression: str, policy_input: object = None, *, rego_v0: bool = False) -> Any:
    """The value of an expression in an engine of ours; sets come as arrays, in Rego's order."""
    engine = new_engine(rego_v0=rego_v0)
    engine.set_input_json(json.dumps(policy_input))
    (result,) = json.loads(engine.eval_query_as_json(expression))["result"]
    return result["expressions"][0]["value"]


def refusal_of(expression: str, policy_input: object = None, *, rego_v0: bool = False) -> str:
    """Why an expression has no value."""
    try:
        found = value_of(expression, policy_input, rego_v0=rego_v0)
    except RuntimeError as refused:
        return complaint_of(refused).message
    raise AssertionError(f"it has the value {found}")
