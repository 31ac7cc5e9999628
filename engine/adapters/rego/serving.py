"""The worker's end of its pipes: reads requests, has each answered within its time, writes the answers.

What a request asks for is the verbs' business, so that every program that needs a bounded process of its own
(evaluation, tests, explanations) brings its own table of verbs. Nothing here knows Rego.
"""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO, TypeAlias

from engine.adapters.rego.bounds import bounded
from engine.adapters.rego.wire import HEADER, Message, decode, encode
from engine.core.limits import POLICY_ANSWER_MAX_BYTES

# Answers to one request, each made when the one before has been sent.
Verb: TypeAlias = Callable[[Message], Iterable[Message]]


def serve(verbs: Mapping[str, Verb]) -> None:
    """Serve requests until the asker closes the pipe.

    A request is `{"do": the name of a verb, "seconds": the time that each of its answers may take, …}`.
    When one takes longer the process ends; one beyond its bound of bytes is replaced by `{"error": …}`.
    """
    answers = _claim_stdout()
    # Syntax trees are large and free of cycles: looking for some costs a quarter of the time of a load.
    gc.disable()
    answers.write(_frame({}))
    while header := sys.stdin.buffer.read(HEADER.size):
        (length,) = HEADER.unpack(header)
        request = decode(sys.stdin.buffer.read(length))
        for frame in _frames(verbs[request["do"]], request):
            answers.write(frame)


def _frames(verb: Verb, request: Message) -> Iterator[bytes]:
    made: Iterator[Message] | None = None
    while True:
        with bounded(request["seconds"]):
            if made is None:
                made = iter(verb(request))
            answer = next(made, None)
            frame = _frame(answer) if answer is not None else b""
        if not frame:
            return
        if len(frame) > POLICY_ANSWER_MAX_BYTES:
            frame = _frame({"error": [0, 0, f"the policy says more than {POLICY_ANSWER_MAX_BYTES} bytes"]})
        yield frame


def _frame(answer: Message) -> bytes:
    """Return an answer's frame, with what the process has used of the processor, in seconds."""
    return encode({**answer, "used": time.process_time()})


def _claim_stdout() -> BinaryIO:
    """Return the pipe to the asker, and turn what anything else prints into errors' stream."""
    # INVARIANT: nothing but `serve` holds the pipe; a `print`, from Rust too, cannot reach the protocol.
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return open(pipe, "wb", buffering=0)  # noqa: PTH123  # a descriptor has no path and lives as long as the process
