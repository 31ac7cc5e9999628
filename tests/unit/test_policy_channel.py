"""The connection to a worker: answers come whole and in order, however large and however they arrive."""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress

import anyio
import anyio.to_thread
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.rego.channel import Channel, ChannelBroken
from engine.adapters.rego.wire import HEADER, Message, decode, encode
from engine.core.limits import POLICY_ANSWER_MAX_BYTES

pytestmark = pytest.mark.anyio


class Far:
    """The worker's end of a channel."""

    def __init__(self) -> None:
        ours, self.asker = socket.socketpair()
        answers, self.pipe = os.pipe()
        self.channel = Channel(ours, answers)

    def call(self) -> None:
        """Have the asker look."""
        self.asker.send(b".")

    def end(self) -> None:
        """Go away."""
        self.asker.close()
        with suppress(OSError):
            os.close(self.pipe)


@pytest.fixture
def far() -> Iterator[Far]:
    far = Far()
    yield far
    far.end()
    far.channel.close()
    far.channel.close()  # a second time does nothing


async def test_answers_without_a_call_wait_and_come_together(far: Far) -> None:
    for number in range(3):
        os.write(far.pipe, encode({"n": number}))
    far.call()
    assert [await far.channel.receive() for _ in range(3)] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert far.channel.arrived() is None


async def test_an_answer_larger_than_the_pipe_comes_after_its_call(far: Far) -> None:
    large = {"text": "x" * (POLICY_ANSWER_MAX_BYTES - 100)}
    got: list[Message] = []

    async def receive() -> None:
        got.append(await far.channel.receive())

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(receive)
            far.call()
            await anyio.wait_all_tasks_blocked()  # called, and there is nothing yet
            rest = encode(large)
            while rest:
                rest = rest[await anyio.to_thread.run_sync(os.write, far.pipe, rest) :]
    assert got == [large]


async def test_what_came_before_the_end_is_received_and_then_the_end(far: Far) -> None:
    os.write(far.pipe, encode({"n": 1}))
    far.end()
    with anyio.fail_after(10):
        assert await far.channel.receive() == {"n": 1}
        with pytest.raises(ChannelBroken):
            await far.channel.receive()
        with pytest.raises(ChannelBroken):
            await far.channel.send({"do": "load"}, "x" * 1_000_000)


@pytest.mark.parametrize(
    "frame",
    [
        HEADER.pack(POLICY_ANSWER_MAX_BYTES + 1, 0),
        HEADER.pack(2, 0) + b"[]",
        HEADER.pack(3, 0) + b"\xff{}",
        HEADER.pack(60_000, 0) + b"[" * 60_000,
    ],
    ids=["too-large", "no-object", "no-text", "too-deep"],
)
async def test_what_makes_no_sense_breaks_the_channel_for_good(far: Far, frame: bytes) -> None:
    os.write(far.pipe, frame)
    far.call()
    with anyio.fail_after(10):
        for _ in range(2):
            with pytest.raises(ChannelBroken):
                await far.channel.receive()


@settings(max_examples=50)
@given(
    st.dictionaries(st.text(), st.one_of(st.none(), st.booleans(), st.integers(), st.text())),
    st.text(st.characters(max_codepoint=127)),
)
def test_a_frame_holds_its_message_and_its_text(message: Message, text: str) -> None:
    frame = encode(message, text)
    length, text_length = HEADER.unpack_from(frame)
    body = frame[HEADER.size :]
    assert (decode(body[:length]), body[length:]) == (message, text.encode())
    assert len(body) == length + text_length
