"""The worker's end of its pipes: reads requests, has each answered within its time, writes the answers.

What a request asks for is the verbs' business, so that every program that needs a bounded process of its own
(evaluation, tests, explanations) brings its own table of verbs. Nothing here knows Rego.
"""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO, Final, TypeAlias

from engine.adapters.rego.bounds import Limit
from engine.adapters.rego.wire import HEADER, Message, decode, encode
from engine.core.limits import POLICY_ANSWER_MAX_BYTES

# A pipe takes at least this much while nobody reads.
_PIPE_BYTES: Final = 16_384
# How long an answer may wait for those behind it: to wake who reads it takes a tenth of this (measured).
_CALL_SECONDS: Final = 0.002

# Answers to one request, each made when the one before has been sent.
Verb: TypeAlias = Callable[[Message], Iterable[Message]]


def serve(verbs: Mapping[str, Verb]) -> None:
    """Serve requests until the asker closes the pipe.

    A request is `{"do": the name of a verb, "seconds": the time that each of its answers may take, …}`; the
    verb finds the text that came with it as `text`.
    When one takes longer the process ends; one beyond its bound of bytes is replaced by `{"error": …}`.
    """
    answers = _Answers(sys.stdin.fileno(), _claim_stdout())
    # Syntax trees are large and free of cycles: looking for some costs a quarter of the time of a load.
    gc.disable()
    limit = Limit()
    answers.write(_frame({}))
    answers.call()
    while header := sys.stdin.buffer.read(HEADER.size):
        length, text_length = HEADER.unpack(header)
        request = decode(sys.stdin.buffer.read(length))
        request["text"] = sys.stdin.buffer.read(text_length).decode("ascii")
        answers.begin()
        for frame in _frames(verbs[request["do"]], request, limit):
            answers.write(frame)
        answers.call()


class _Answers:
    """The pipe of answers, and the socket over which the asker is called to look into it (see `channel`)."""

    def __init__(self, asker: int, pipe: BinaryIO) -> None:
        self._asker = asker
        self._pipe = pipe
        self._unread_bytes = 0
        self._called = time.monotonic()

    def begin(self) -> None:
        """Take note that a request has come: nobody has waited so far."""
        self._called = time.monotonic()

    def write(self, frame: bytes) -> None:
        """Put an answer into the pipe, and call before it is full or an answer has waited for long."""
        if self._unread_bytes + len(frame) > _PIPE_BYTES:
            self.call()
        self._pipe.write(frame)
        self._unread_bytes += len(frame)
        if time.monotonic() - self._called > _CALL_SECONDS:
            self.call()

    def call(self) -> None:
        """Have the asker read what is in the pipe and what will be."""
        os.write(self._asker, b".")
        self._unread_bytes = 0
        self._called = time.monotonic()


def _frames(verb: Verb, request: Message, limit: Limit) -> Iterator[bytes]:
    seconds: float = request["seconds"]
    limit.begin(seconds)
    for answer in verb(request):
        frame = _frame(answer)
        limit.end()
        if len(frame) > POLICY_ANSWER_MAX_BYTES:
            frame = _frame({"error": [0, 0, f"the policy says more than {POLICY_ANSWER_MAX_BYTES} bytes"]})
        yield frame
        limit.begin(seconds)
    limit.end()


def _frame(answer: Message) -> bytes:
    """Return an answer's frame, with what the process has used of the processor, in seconds."""
    return encode({**answer, "used": time.process_time()})


def _claim_stdout() -> BinaryIO:
    """Return the pipe to the asker, and turn what anything else prints into errors' stream."""
    # INVARIANT: nothing but `serve` holds the pipe; a `print`, from Rust too, cannot reach the protocol.
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return open(pipe, "wb", buffering=0)  # noqa: PTH123  # a descriptor has no path and lives as long as the process
