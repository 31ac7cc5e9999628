"""The workers of an evaluator: who gets which, how many there are, when one is replaced. Judges no policy."""

import json
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import NamedTuple

import anyio

from engine.adapters.rego.process import Worker
from engine.adapters.rego.source import flaws_of_text
from engine.adapters.rego.wire import Flaw
from engine.core.limits import POLICY_CHECK_SECONDS, POLICY_LOADED_MAX_BYTES, POLICY_SOURCE_MAX_BYTES
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import PolicySource, RegoVersion


class Loaded(NamedTuple):
    """What loading a source found."""

    flaws: tuple[Flaw, ...]
    metadata: PolicyMetadata


class Seat:
    """One worker and what it has loaded."""

    def __init__(self, worker: Worker, check_seconds: float) -> None:
        self.worker = worker
        self._check_seconds = check_seconds
        self._loaded: dict[str, Loaded] = {}
        self._loaded_bytes = 0

    @property
    def usable(self) -> bool:
        """Whether the worker waits for work and has room.

        What it holds grows by about 80 bytes for each byte of source (measured); it is replaced before that
        takes a third of its memory.
        """
        return self.worker.ready and self._loaded_bytes <= POLICY_LOADED_MAX_BYTES

    def holds(self, digests: Collection[str]) -> int:
        """Return how many of the policies with these digests it has loaded."""
        return sum(digest in self._loaded for digest in digests)

    async def load(self, policy: PolicySource, digest: str) -> Loaded:
        """Return what loading found in a policy, which the worker loads unless it holds it.

        Raises:
            WorkerLost: the policy ended the worker.
        """
        if digest not in self._loaded:
            self._loaded[digest] = await self._load(policy, digest)
        return self._loaded[digest]

    async def _load(self, policy: PolicySource, digest: str) -> Loaded:
        if len(policy.source) > POLICY_SOURCE_MAX_BYTES:
            return Loaded(tuple(flaws_of_text(policy.source)), PolicyMetadata())
        parameters = json.dumps(policy.parameters)
        request = {
            "do": "load",
            "key": digest,
            "source": policy.source,
            "rego_v0": policy.rego_version is RegoVersion.V0,
            "parameters": parameters,
        }
        answer = await self.worker.ask(request, self._check_seconds)
        self._loaded_bytes += len(policy.source) + len(parameters)
        flaws = tuple(Flaw(*flaw) for flaw in answer["flaws"])
        return Loaded(flaws, PolicyMetadata.model_validate(answer["metadata"]))


class Pool:
    """At most `size` workers, each started when it is first needed. It serves one event loop.

    Callers get their turns in the order in which they asked. Loading a policy may take
    `check_seconds`.
    """

    def __init__(self, size: int, check_seconds: float = POLICY_CHECK_SECONDS) -> None:
        self._size = size
        self._check_seconds = check_seconds
        self._turns = anyio.Semaphore(size, fast_acquire=True)
        self._closing = anyio.Lock()
        self._idle: list[Seat] = []

    @asynccontextmanager
    async def seat(self, digests: Collection[str]) -> AsyncIterator[Seat]:
        """Lend a worker, if there is a choice the one that holds most of the policies with these digests.

        One that comes back dead, or still busy because its caller left, is gone.

        Raises:
            WorkerLost: the system starts no worker.
        """
        async with self._turns:
            seat = await self._choose(digests)
            try:
                yield seat
            finally:
                if seat.worker.ready:
                    self._idle.append(seat)
                else:
                    await seat.worker.stop()

    async def aclose(self) -> None:
        """Wait until every worker is back, then stop them; a later call would start others."""
        # Shielded: a program that is told to end leaves no process behind either.
        with anyio.CancelScope(shield=True):
            async with self._closing:
                for _ in range(self._size):
                    await self._turns.acquire()
                while self._idle:
                    await self._idle.pop().worker.stop()
                for _ in range(self._size):
                    self._turns.release()

    async def _choose(self, digests: Collection[str]) -> Seat:
        while self._idle:
            # Of equals the last used: its memory is warm, and the others may stay asleep.
            seat = max(reversed(self._idle), key=lambda idle: idle.holds(digests))
            self._idle.remove(seat)
            if seat.usable:
                return seat
            await seat.worker.stop()
        return Seat(await Worker.start(), self._check_seconds)
