"""The asker's end of the connection to a worker: requests out, answers in. Keeps no time and judges nothing.

Requests go over a socket. Answers come through a pipe that nobody watches: the worker sends a byte back over
the socket when it is worth looking there. A watched pipe would wake the asker for each answer, often on the
worker's own processor, which cost more than evaluating a policy (measured); answers that the worker held back
would be lost with it.
"""

import os
import socket
from contextlib import suppress
from typing import Final

import anyio

from engine.adapters.rego.wire import HEADER, Message, decode, encode
from engine.core.limits import POLICY_ANSWER_MAX_BYTES

_READ_BYTES: Final = 65_536


class ChannelBroken(Exception):
    """The worker is gone, or sends what makes no sense."""


class Channel:
    """Requests and their answers, one request at a time."""

    def __init__(self, requests: socket.socket, answers: int) -> None:
        requests.settimeout(0.0)
        os.set_blocking(answers, False)
        self._requests = requests
        self._answers = answers
        self._received = bytearray()

    async def send(self, message: Message, text: str = "") -> None:
        """Send a request and its text.

        Raises:
            ChannelBroken: the worker is gone.
        """
        rest = memoryview(encode(message, text))
        while rest:
            try:
                rest = rest[self._requests.send(rest) :]
            except BlockingIOError:
                await anyio.wait_writable(self._requests)
            except OSError as gone:
                raise ChannelBroken from gone

    async def receive(self) -> Message:
        """Return the next answer.

        Raises:
            ChannelBroken: none comes.
        """
        while (message := self.arrived()) is None:
            if not self._read():
                await self._more()
        return message

    def arrived(self) -> Message | None:
        """Return the next answer if it came with those before.

        Raises:
            ChannelBroken: what came is none; it stays, so that nothing behind it is taken for it.
        """
        if len(self._received) < HEADER.size:
            return None
        length, _ = HEADER.unpack_from(self._received)
        if length > POLICY_ANSWER_MAX_BYTES:
            raise ChannelBroken
        end = HEADER.size + length
        if len(self._received) < end:
            return None
        try:
            message = decode(bytes(self._received[HEADER.size : end]))
        except (ValueError, RecursionError) as wrong:
            raise ChannelBroken from wrong
        del self._received[:end]
        return message

    def close(self) -> None:
        """Hang up."""
        if self._requests.fileno() >= 0:
            self._requests.close()
            os.close(self._answers)

    async def _more(self) -> None:
        """Wait until there may be more in the pipe."""
        if not self._received:
            await anyio.wait_readable(self._requests)
            with suppress(OSError):  # it ended with a request unread: so does the pipe
                self._requests.recv(_READ_BYTES)
            if self._read():
                return
        # A large answer is announced before it is written, and comes in parts.
        await anyio.wait_readable(self._answers)

    def _read(self) -> bool:
        """Take what is in the pipe and tell whether there was anything.

        Raises:
            ChannelBroken: the worker is gone and the pipe empty.
        """
        try:
            some = os.read(self._answers, _READ_BYTES)
        except BlockingIOError:
            return False
        if not some:
            raise ChannelBroken
        self._received += some
        return True
