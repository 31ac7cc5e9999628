"""The explainer on regorus: one worker process, one policy at a time."""

import json
from types import TracebackType
from typing import Any, Final, Self

import anyio
from pydantic import JsonValue

from engine.adapters.rego.failures import answer_from, answer_of_flaw, answer_of_loss
from engine.adapters.rego.process import Worker, WorkerLost
from engine.adapters.rego.wire import Flaw, Message
from engine.core.limits import POLICY_EXPLANATION_SECONDS, POLICY_REQUEST_MAX_BYTES
from engine.core.policy.decision import PolicyAnswer, failed
from engine.core.policy.explain import Explanation
from engine.core.policy.policies import PolicySource, RegoVersion

_MODULE: Final = "engine.adapters.rego.why.worker"


class RegorusExplainer:
    """Explains with a worker that starts when first needed and is replaced when a policy ends it.

    Any number of callers at once; they take turns. Use as an async context manager or call `aclose`; it
    serves one event loop.

    Args:
        seconds: what each explanation may take.
    """

    def __init__(self, seconds: float = POLICY_EXPLANATION_SECONDS) -> None:
        self._seconds = seconds
        self._turn = anyio.Lock()
        self._worker: Worker | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop the worker; a later call would start another."""
        async with self._turn:
            worker, self._worker = self._worker, None
            if worker is not None:
                await worker.stop()

    async def explain(self, policy: PolicySource, policy_input: JsonValue) -> Explanation:
        """Return why each rule of a policy said what it said; see the port."""
        request: Message = {
            "do": "explain",
            "source": policy.source,
            "rego_v0": policy.rego_version is RegoVersion.V0,
            "parameters": json.dumps(policy.parameters, separators=(",", ":")),
            "input": json.dumps(policy_input, separators=(",", ":")),
        }
        if len(request["input"]) > POLICY_REQUEST_MAX_BYTES:
            message = f"the input is larger than {POLICY_REQUEST_MAX_BYTES} bytes"
            return _unexplained(policy, failed(policy, "policy_error", message))
        async with self._turn:
            try:
                answer = await self._ask(request)
            except WorkerLost as lost:
                return _unexplained(policy, answer_of_loss(policy, lost, 0))
        if "refused" in answer:
            return _unexplained(policy, answer_of_flaw(policy, Flaw(*answer["refused"])))
        if "error" in answer:
            return _unexplained(policy, answer_from(policy, answer))
        return Explanation.model_validate({**_identity(policy), **answer})

    async def _ask(self, request: Message) -> Message:
        """Ask the worker, once more where somebody else ended it: that is not the policy's failure."""
        try:
            return await self._ask_once(request)
        except WorkerLost as lost:
            if not lost.was_killed:
                raise
        return await self._ask_once(request)

    async def _ask_once(self, request: Message) -> Message:
        if self._worker is not None and not self._worker.ready:
            lost, self._worker = self._worker, None
            await lost.stop()
        if self._worker is None:
            self._worker = await Worker.start(_MODULE)
        return await self._worker.ask(request, self._seconds)


def _unexplained(policy: PolicySource, answer: PolicyAnswer) -> Explanation:
    return Explanation(**_identity(policy), failure=answer.failure)


def _identity(policy: PolicySource) -> dict[str, Any]:
    return {"policy_id": policy.id, "name": policy.name, "version": policy.version, "digest": policy.digest}
