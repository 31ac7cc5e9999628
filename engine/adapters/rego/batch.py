"""Policies of one evaluation on their way through workers: one answer each, whatever becomes of a worker."""

import time
from collections.abc import Sequence

from engine.adapters.rego.failures import (
    answer_from,
    answer_of_flaw,
    answer_of_loss,
    answer_of_quarantine,
    deed,
)
from engine.adapters.rego.pool import Pool, Seat
from engine.adapters.rego.process import WorkerLost
from engine.adapters.rego.quarantine import Quarantine
from engine.core.limits import POLICY_TURN_SECONDS
from engine.core.policy.decision import PolicyAnswer
from engine.core.policy.policies import PolicySource


class Batch:
    """Policies with their answers so far; to be run once.

    The policies go to a worker together, and each has its own limit of time there. One that ends the worker
    answers for it alone. Those behind it, and those that the turn has no time for, wait for another turn.
    """

    def __init__(
        self, policies: Sequence[PolicySource], input_json: str, seconds: float, quarantine: Quarantine
    ) -> None:
        self._policies = policies
        self._digests = [policy.digest for policy in policies]
        self._input_json = input_json
        self._seconds = seconds
        self._quarantine = quarantine
        self._answers: dict[int, PolicyAnswer] = {}
        self._bereaved: set[int] = set()
        self._current: int | None = None
        self._evaluating = False
        self._began_ns = 0

    async def run(self, pool: Pool) -> list[PolicyAnswer]:
        """Return one answer for each policy, in their order."""
        while waiting := self._waiting():
            try:
                async with pool.seat([self._digests[number] for number in waiting]) as seat:
                    await self._evaluate(seat, await self._load(seat, waiting))
            except WorkerLost as lost:
                self._lose(lost)
        return [self._answers[number] for number in range(len(self._policies))]

    def _waiting(self) -> list[int]:
        return [number for number in range(len(self._policies)) if number not in self._answers]

    async def _load(self, seat: Seat, waiting: Sequence[int]) -> list[int]:
        """Return which policies the worker may evaluate now; those that never will have their answers."""
        ready: list[int] = []
        self._evaluating = False
        end = time.monotonic() + POLICY_TURN_SECONDS
        for number in waiting:
            policy, digest = self._policies[number], self._digests[number]
            self._begin(number)
            if reason := self._quarantine.reason(digest, len(self._input_json)):
                self._answers[number] = answer_of_quarantine(policy, reason)
                continue
            loaded = await seat.load(policy, digest)
            flaw = next((flaw for flaw in loaded.flaws if flaw.blocking), None)
            if flaw is not None:
                self._answers[number] = answer_of_flaw(policy, flaw)
            else:
                ready.append(number)
            if time.monotonic() > end:
                break
        return ready

    async def _evaluate(self, seat: Seat, ready: Sequence[int]) -> None:
        if not ready:
            return
        self._evaluating = True
        self._begin(ready[0])
        request = {
            "do": "evaluate",
            "keys": [self._digests[number] for number in ready],
            "turn_seconds": POLICY_TURN_SECONDS,
        }
        await seat.worker.send(request, self._seconds, answers=len(ready), text=self._input_json)
        for number in ready:
            self._begin(number)
            answer = await seat.worker.receive()
            if "later" not in answer:
                self._answers[number] = answer_from(self._policies[number], answer)

    def _lose(self, lost: WorkerLost) -> None:
        current, self._current = self._current, None
        if current is None:
            for number in self._waiting():
                self._answers[number] = answer_of_loss(self._policies[number], lost, 0)
        elif lost.was_killed and current not in self._bereaved:
            # Once more: what somebody else did is not the policy's failure.
            self._bereaved.add(current)
        else:
            self._answers[current] = answer_of_loss(self._policies[current], lost, self._elapsed_ns())
            if lost.by_request:
                # To load a policy takes no input: one that cannot be loaded is not tried with any.
                size = len(self._input_json) if self._evaluating else 0
                self._quarantine.strike(self._digests[current], deed(lost), size)

    def _begin(self, number: int) -> None:
        self._current = number
        self._began_ns = time.perf_counter_ns()

    def _elapsed_ns(self) -> int:
        return time.perf_counter_ns() - self._began_ns
