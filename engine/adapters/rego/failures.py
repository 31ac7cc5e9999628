"""Puts the ways in which a policy gives no answer into words: flaws, errors, a worker that was lost."""

import signal
from typing import Final

from engine.adapters.rego.process import WorkerLost
from engine.adapters.rego.wire import Flaw, Message
from engine.core.policy.decision import FailureCode, PolicyAnswer, answer_of, failed
from engine.core.policy.policies import PolicySource

_FAILURE_OF_FLAW: Final[dict[str, FailureCode]] = {
    "wrong_package": "policy_undefined",
    "no_decision_rule": "policy_undefined",
    "rule_is_function": "policy_malformed",
    "not_a_set": "policy_malformed",
}
_USUAL_CAUSE: Final = {
    -signal.SIGABRT: "ran out of memory",
    -signal.SIGSEGV: "overflowed the stack, or broke the engine",
    1: "broke the engine, or ran out of memory",
}


def answer_from(policy: PolicySource, answer: Message) -> PolicyAnswer:
    """Return what a policy said, from a worker's answer to `evaluate`."""
    # An answer beyond the bound of bytes is replaced where nothing is known of it.
    duration_ns = answer.get("duration_ns", 0)
    if "error" in answer:
        line, column, message = answer["error"]
        return failed(policy, "policy_error", message, duration_ns, (line, column))
    if "undefined" in answer:
        rule = answer["undefined"]
        message = f"{rule} is undefined for this input; write `{rule} contains …`"
        return failed(policy, "policy_undefined", message, duration_ns)
    return answer_of(policy, answer["values"], duration_ns)


def answer_of_flaw(policy: PolicySource, flaw: Flaw) -> PolicyAnswer:
    """Return the answer of a policy that cannot be loaded."""
    code = _FAILURE_OF_FLAW.get(flaw.code, "policy_invalid")
    return failed(policy, code, f"{flaw.message}; {flaw.hint}", place=(flaw.line, flaw.column))


def answer_of_loss(policy: PolicySource, lost: WorkerLost, duration_ns: int) -> PolicyAnswer:
    """Return the answer of the policy that a worker was lost with."""
    return failed(policy, _code(lost), deed(lost), duration_ns)


def answer_of_quarantine(policy: PolicySource, reason: str) -> PolicyAnswer:
    """Return the answer of a policy that reaches no worker any more."""
    return failed(policy, "policy_quarantined", reason)


def flaw_of_quarantine(reason: str) -> Flaw:
    """Return the quarantine of a policy as a flaw of it."""
    return Flaw(0, 0, "check_quarantined", reason, "simplify the policy")


def flaw_of_loss(lost: WorkerLost) -> Flaw:
    """Return the loss of a worker in a check, as a flaw of what was checked."""
    return Flaw(0, 0, _code(lost).replace("policy", "check"), deed(lost), "simplify the policy")


def deed(lost: WorkerLost) -> str:
    """Return what became of a worker."""
    if lost.out_of_time:
        return f"it did not finish in {lost.limit_seconds:g} s"
    if lost.exit_code is None:
        return "the system starts no process to evaluate it in"
    if lost.was_killed:
        return "its process was killed from outside, again after a second start"
    cause = _USUAL_CAUSE.get(lost.exit_code, "ended its process")
    return f"it {cause} (exit code {lost.exit_code})"


def _code(lost: WorkerLost) -> FailureCode:
    return "policy_timeout" if lost.out_of_time else "policy_crash"
