"""The policy evaluator on regorus: workers in a pool, each policy alone. The core weighs what is said."""

import json
from collections.abc import Sequence
from importlib.metadata import packages_distributions, version
from types import TracebackType
from typing import Final, Self

import anyio
from pydantic import JsonValue

from engine.adapters.rego.batch import Batch
from engine.adapters.rego.failures import deed, flaw_of_loss, flaw_of_quarantine
from engine.adapters.rego.pool import Loaded, Pool
from engine.adapters.rego.process import WorkerLost
from engine.adapters.rego.quarantine import Quarantine
from engine.core.errors import NotSetUp
from engine.core.limits import (
    POLICY_CHECK_SECONDS,
    POLICY_EVALUATION_SECONDS,
    POLICY_PARALLEL_MIN,
    POLICY_REQUEST_MAX_BYTES,
)
from engine.core.policy.decision import PolicyAnswer, failed
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import Checked, Finding, PolicySource

BUILD: Final = "gordon-to-regorus"


class RegorusEvaluator:
    """Evaluates and checks in workers that start when first needed and are replaced when a policy ends one.

    Any number of callers at once; they take turns. Use as an async context manager or call
    `aclose`; it serves one event loop.

    Args:
        workers: how many may run at once.
        seconds: what each policy may take for one input.
        check_seconds: what loading and checking a source may take.

    Raises:
        NotSetUp: the regorus that would be imported is not the pinned build.
    """

    def __init__(
        self,
        workers: int = 1,
        seconds: float = POLICY_EVALUATION_SECONDS,
        check_seconds: float = POLICY_CHECK_SECONDS,
    ) -> None:
        builds = packages_distributions().get("regorus", [])
        if builds != [BUILD]:
            raise NotSetUp(
                f"the Rego engine must be {BUILD} alone, found {', '.join(sorted(builds)) or 'none'}",
                hint=f"uninstall the others, then reinstall {BUILD}: they overwrite each other's files",
            )
        self._engine = f"{BUILD} {version(BUILD)}"
        self._workers = workers
        self._seconds = seconds
        self._pool = Pool(workers, check_seconds)
        self._quarantine = Quarantine()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    @property
    def engine(self) -> str:
        """Name and version of the build, as decisions record them."""
        return self._engine

    async def aclose(self) -> None:
        """Stop the workers; a later call would start others."""
        await self._pool.aclose()

    async def evaluate(
        self, policies: Sequence[PolicySource], policy_input: JsonValue
    ) -> tuple[PolicyAnswer, ...]:
        """Return one answer for each policy, in their order; see the port."""
        input_json = json.dumps(policy_input, separators=(",", ":"))
        if len(input_json) > POLICY_REQUEST_MAX_BYTES:
            message = f"the input is larger than {POLICY_REQUEST_MAX_BYTES} bytes"
            return tuple(failed(policy, "policy_error", message) for policy in policies)
        # To start a second worker, or to wake it, costs more than a few policies do.
        lanes = min(self._workers, -(-len(policies) // POLICY_PARALLEL_MIN))
        answers: list[Sequence[PolicyAnswer]] = [()] * lanes

        async def run(lane: int) -> None:
            part = policies[len(policies) * lane // lanes : len(policies) * (lane + 1) // lanes]
            batch = Batch(part, input_json, self._seconds, self._quarantine)
            answers[lane] = await batch.run(self._pool)

        if lanes == 1:  # as nearly always, and a group of tasks costs as much as a policy
            await run(0)
        else:
            async with anyio.create_task_group() as group:
                for lane in range(lanes):
                    group.start_soon(run, lane)
        return tuple(answer for said in answers for answer in said)

    async def check(self, policy: PolicySource) -> Checked:
        """Return what is wrong with a source, and what it says about itself; see the port."""
        loaded = await self._check(policy)
        findings = tuple(Finding(policy=policy.name, **flaw._asdict()) for flaw in loaded.flaws)
        return Checked(findings=findings, metadata=loaded.metadata)

    async def _check(self, policy: PolicySource) -> Loaded:
        digest = policy.digest
        # Once more where somebody else ended the worker.
        for last in (False, True):
            if reason := self._quarantine.reason(digest):
                return Loaded((flaw_of_quarantine(reason),), PolicyMetadata())
            try:
                async with self._pool.seat([digest]) as seat:
                    return await seat.load(policy, digest)
            except WorkerLost as lost:
                if lost.by_request:
                    self._quarantine.strike(digest, deed(lost))
                if last or not lost.was_killed:
                    return Loaded((flaw_of_loss(lost),), PolicyMetadata())
        raise AssertionError("the last try returns")
