"""The policy evaluator on regorus: one worker process, one policy at a time. The core weighs what is said."""

import json
import time
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import packages_distributions, version
from types import TracebackType
from typing import Any, Final, NamedTuple, Self, TypeVar

import anyio
from pydantic import JsonValue

from engine.adapters.rego.process import Worker, WorkerLost
from engine.adapters.rego.wire import Flaw
from engine.core.errors import NotSetUp
from engine.core.limits import (
    POLICY_CHECK_SECONDS,
    POLICY_EVALUATION_SECONDS,
    POLICY_LOADED_MAX_BYTES,
    POLICY_REQUEST_MAX_BYTES,
)
from engine.core.policy.decision import FailureCode, PolicyAnswer, answer_of, failed
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import Checked, Finding, PolicySource, RegoVersion

_T = TypeVar("_T")

BUILD: Final = "gordon-to-regorus"

# What a worker holds grows by about 80 bytes for each byte of source (measured); it is replaced before that
# takes a third of its memory.

_FAILURE_OF_FLAW: Final[dict[str, FailureCode]] = {
    "wrong_package": "policy_undefined",
    "no_decision_rule": "policy_undefined",
    "rule_is_function": "policy_malformed",
}


class _Loaded(NamedTuple):
    """What loading a source found."""

    flaws: tuple[Flaw, ...]
    metadata: PolicyMetadata


class RegorusEvaluator:
    """Evaluates and checks with a worker that starts when first needed and is replaced when a policy ends it.

    Any number of callers at once; they take turns, policy by policy. Use as an async context manager or call
    `aclose`; it serves one event loop.

    Raises:
        NotSetUp: the regorus that would be imported is not the pinned build.
    """

    def __init__(self) -> None:
        builds = packages_distributions().get("regorus", [])
        if builds != [BUILD]:
            raise NotSetUp(
                f"the Rego engine must be {BUILD} alone, found {', '.join(sorted(builds)) or 'none'}",
                hint=f"uninstall the others, then reinstall {BUILD}: they overwrite each other's files",
            )
        self._engine = f"{BUILD} {version(BUILD)}"
        self._turn = anyio.Lock()
        self._worker: Worker | None = None
        self._loaded: dict[str, _Loaded] = {}
        self._loaded_bytes = 0

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
        """Stop the worker; a later call would start another."""
        async with self._turn:
            await self._drop_worker()

    async def evaluate(
        self, policies: Sequence[PolicySource], policy_input: JsonValue
    ) -> tuple[PolicyAnswer, ...]:
        """Return one answer for each policy, in their order; see the port."""
        input_json = json.dumps(policy_input, separators=(",", ":"))
        return tuple([await self._evaluate(policy, input_json) for policy in policies])

    async def check(self, policy: PolicySource) -> Checked:
        """Return what is wrong with a source, and what it says about itself; see the port."""
        async with self._turn:
            try:
                loaded = await _twice(lambda: self._check(policy))
            except WorkerLost as lost:
                loaded = _Loaded((_flaw_of(lost),), PolicyMetadata())
        findings = tuple(Finding(policy=policy.name, **flaw._asdict()) for flaw in loaded.flaws)
        return Checked(findings=findings, metadata=loaded.metadata)

    async def _evaluate(self, policy: PolicySource, input_json: str) -> PolicyAnswer:
        async with self._turn:
            started = time.perf_counter_ns()
            try:
                code, said = await _twice(lambda: self._say(policy, input_json))
            except WorkerLost as lost:
                code, said = _failure_of(lost)
            duration_ns = time.perf_counter_ns() - started
        if code is not None:
            return failed(policy, code, said, duration_ns)
        return answer_of(policy, said, duration_ns)

    async def _say(self, policy: PolicySource, input_json: str) -> tuple[FailureCode | None, Any]:
        """Return the code and message of a failure, or None and the values of the policy's rules."""
        if len(input_json) > POLICY_REQUEST_MAX_BYTES:
            return "policy_error", f"the input is larger than {POLICY_REQUEST_MAX_BYTES} bytes"
        worker = await self._ready()
        for flaw in (await self._load(worker, policy)).flaws:
            if flaw.blocking:
                code = _FAILURE_OF_FLAW.get(flaw.code, "policy_invalid")
                return code, f"{_place(policy, flaw.line, flaw.column)}{flaw.message}; {flaw.hint}"
        request = {"do": "evaluate", "key": policy.digest, "input": input_json}
        answer = await worker.ask(request, POLICY_EVALUATION_SECONDS)
        if "error" in answer:
            line, column, message = answer["error"]
            return "policy_error", f"{_place(policy, line, column)}{message}"
        if "undefined" in answer:
            rule = answer["undefined"]
            return "policy_undefined", f"{rule} is undefined for this input; write `{rule} contains …`"
        return None, answer["values"]

    async def _check(self, policy: PolicySource) -> _Loaded:
        return await self._load(await self._ready(), policy)

    async def _load(self, worker: Worker, policy: PolicySource) -> _Loaded:
        """Return what loading found in a policy, which the worker loads unless it holds it."""
        key = policy.digest
        if key not in self._loaded:
            rego_v0 = policy.rego_version is RegoVersion.V0
            parameters = json.dumps(policy.parameters)
            request = {
                "do": "load",
                "key": key,
                "source": policy.source,
                "rego_v0": rego_v0,
                "parameters": parameters,
            }
            answer = await worker.ask(request, POLICY_CHECK_SECONDS)
            self._loaded[key] = _Loaded(
                tuple(Flaw(*flaw) for flaw in answer["flaws"]),
                PolicyMetadata.model_validate(answer["metadata"]),
            )
            self._loaded_bytes += len(policy.source) + len(parameters)
        return self._loaded[key]

    async def _ready(self) -> Worker:
        """Return a worker that runs and has room."""
        if self._worker is not None and (
            not self._worker.ready or self._loaded_bytes > POLICY_LOADED_MAX_BYTES
        ):
            await self._drop_worker()
        if self._worker is None:
            self._worker = await Worker.start()
        return self._worker

    async def _drop_worker(self) -> None:
        worker, self._worker = self._worker, None
        self._loaded.clear()
        self._loaded_bytes = 0
        if worker is not None:
            await worker.stop()


async def _twice(work: Callable[[], Awaitable[_T]]) -> _T:
    """Do the work, once more where somebody else ended the worker: that is not the policy's failure."""
    try:
        return await work()
    except WorkerLost as lost:
        if not lost.was_killed:
            raise
    return await work()


def _failure_of(lost: WorkerLost) -> tuple[FailureCode, str]:
    if lost.out_of_time:
        return "policy_timeout", "the policy did not finish in its time"
    if lost.exit_code is None:
        return "policy_crash", "the system starts no process to evaluate the policy in"
    return "policy_crash", "the policy ended the engine: memory, recursion or a fault of the engine"


def _flaw_of(lost: WorkerLost) -> Flaw:
    code, message = _failure_of(lost)
    return Flaw(0, 0, code.replace("policy", "check"), message, "simplify the policy")


def _place(policy: PolicySource, line: int, column: int) -> str:
    return f"{policy.name}:{line}:{column}: " if line else f"{policy.name}: "
