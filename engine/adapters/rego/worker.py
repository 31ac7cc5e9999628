"""The worker process: reads one request at a time, loads or evaluates, answers. It decides no outcome.

Whatever a policy does to it (endless loop, memory, stack, panic) may end this process; the evaluator notices,
answers for that policy and starts another. Requests and their answers:

    {"do": "load", "key": …, "source": …, "rego_v0": bool, "seconds": float}
        {"flaws": [[line, column, code, message, hint, blocking], …]}
    {"do": "evaluate", "key": …, "input": JSON text, "seconds": float}
        {"values": {rule: value}} or {"error": [line, column, message]}
"""

import gc
import os
import sys
from typing import BinaryIO

from engine.adapters.rego.bounds import bounded
from engine.adapters.rego.library import EvaluationFailed, Module, RuleUndefined, evaluate, load
from engine.adapters.rego.wire import HEADER, Message, decode, encode
from engine.core.limits import POLICY_ANSWER_MAX_BYTES


def main() -> None:
    """Serve requests until the evaluator closes the pipe."""
    answers = _claim_stdout()
    # Syntax trees are large and free of cycles: looking for some costs a quarter of the time of a load.
    gc.disable()
    modules: dict[str, Module] = {}
    while header := sys.stdin.buffer.read(HEADER.size):
        (length,) = HEADER.unpack(header)
        request = decode(sys.stdin.buffer.read(length))
        with bounded(request["seconds"]):
            frame = encode(_answer(request, modules))
        if len(frame) > POLICY_ANSWER_MAX_BYTES:
            frame = encode({"error": [0, 0, f"the policy says more than {POLICY_ANSWER_MAX_BYTES} bytes"]})
        answers.write(frame)


def _answer(request: Message, modules: dict[str, Module]) -> Message:
    if request["do"] == "load":
        module = modules[request["key"]] = load(request["source"], rego_v0=request["rego_v0"])
        return {"flaws": module.flaws}
    try:
        return {"values": evaluate(modules[request["key"]], request["input"])}
    except RuleUndefined as undefined:
        return {"undefined": str(undefined)}
    except EvaluationFailed as failed:
        return {"error": [failed.line, failed.column, failed.message]}


def _claim_stdout() -> BinaryIO:
    """Return the pipe to the evaluator, and turn what anything else prints into errors' stream."""
    # INVARIANT: nothing but `main` holds the pipe; a `print`, from Rust too, cannot reach the protocol.
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return open(pipe, "wb", buffering=0)  # noqa: PTH123  # a descriptor has no path and lives as long as the process
