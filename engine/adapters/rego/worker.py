"""The program of the worker that evaluates: loads sources and says what they say. It decides no outcome.

Whatever a policy does to it (endless loop, memory, stack, panic) may end this process; the evaluator notices,
answers for that policy and starts another. Requests and their answers:

    {"do": "load", "key": …, "source": …, "rego_v0": bool, "parameters": JSON text, "seconds": float}
        {"flaws": [[line, column, code, message, hint, blocking], …], "metadata": {…}}
    {"do": "evaluate", "keys": […], "turn_seconds": float, "seconds": float}, its text the input as JSON
        for each key {"values": {rule: value}} or {"error": [line, column, message]} or {"undefined": rule},
        with "duration_ns"; or {"later": true} for those that the turn had no time for
"""

import time
from collections.abc import Iterator

from engine.adapters.rego.library import EvaluationFailed, Module, RuleUndefined, evaluate, load
from engine.adapters.rego.serving import serve
from engine.adapters.rego.wire import Message


def main() -> None:
    """Serve requests until the evaluator closes the pipe."""
    modules = _Modules()
    serve({"load": modules.load, "evaluate": modules.evaluate})


class _Modules:
    """What this worker has loaded, and the verbs that use it."""

    def __init__(self) -> None:
        self._loaded: dict[str, Module] = {}

    def load(self, request: Message) -> Iterator[Message]:
        module = self._loaded[request["key"]] = load(
            request["source"], rego_v0=request["rego_v0"], parameters=request["parameters"]
        )
        yield {"flaws": module.flaws, "metadata": module.metadata}

    def evaluate(self, request: Message) -> Iterator[Message]:
        end = time.monotonic() + request["turn_seconds"]
        for number, key in enumerate(request["keys"]):
            if number and time.monotonic() > end:
                yield {"later": True}
            else:
                begun = time.perf_counter_ns()
                said = _said(self._loaded[key], request["text"])
                yield {**said, "duration_ns": time.perf_counter_ns() - begun}


def _said(module: Module, input_json: str) -> Message:
    try:
        return {"values": evaluate(module, input_json)}
    except RuleUndefined as undefined:
        return {"undefined": str(undefined)}
    except EvaluationFailed as failed:
        return {"error": [failed.line, failed.column, failed.message]}
