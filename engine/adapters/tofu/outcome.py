"""What an apply came to: read from the state that is left, never from the exit status alone."""

import signal
from typing import Any, Final

from engine.adapters.tofu.commands import STATE_FILE
from engine.adapters.tofu.events import EventLog, effects
from engine.adapters.tofu.process import Completed
from engine.adapters.tofu.session import failure
from engine.adapters.tofu.workspace import ERRORED_STATE_FILE, Workspace
from engine.core.limits import APPLY_TIMEOUT_SECONDS
from engine.core.state import InstanceState, read_instance
from engine.ports.runner import Applied, Job

# OpenTofu's summaries where a provider died, or was cut off in the middle of a call by it or by a second
# interrupt ("operation canceled"): its answer is lost.
_ANSWER_LOST: Final = frozenset(
    {"Plugin did not respond", "Request cancelled", "Plugin error", "operation canceled"}
)


_STOPPED: Final = "OpenTofu was asked to stop"


def remaining_state(workspace: Workspace) -> Any | None:  # noqa: ANN401 - decoded by engine.core.state
    """Return the state document that is left: the one OpenTofu could not put in its place comes first."""
    errored = workspace.read_state(ERRORED_STATE_FILE)
    return workspace.read_state(STATE_FILE) if errored is None else errored


def outcome_of(job: Job, workspace: Workspace, completed: Completed, log: EventLog) -> Applied:
    """Return what is left after an apply, and whether that can be the whole truth."""
    document = remaining_state(workspace)
    state = None if document is None else read_instance(document, job.resource_type, job.name)
    ended_well = completed.status == 0 and not completed.timed_out
    if ended_well and document is not None and _as_expected(job, state):
        return Applied(state=state)
    if ended_well:
        return Applied(
            state=state if state is not None else job.state,
            failure="OpenTofu reported success, but the state it wrote does not show it",
            outcome_known=False,
        )
    if completed.stopped:
        return _stopped(job, document, state, completed, known=_answered(completed, log, document))
    error = failure(completed, log, f"applying {job.resource_type}.{job.name}", APPLY_TIMEOUT_SECONDS)
    # A failed creation that is in the state is known: it exists, half made, and OpenTofu has tainted it.
    known = _answered(completed, log, document) or (job.kind == "create" and state is not None)
    return Applied(
        state=job.state if document is None else state,
        failure=error.untrusted or error.message,
        outcome_known=known,
    )


def _answered(completed: Completed, log: EventLog, document: object) -> bool:
    """Tell whether the provider's answer reached the state, as far as OpenTofu knows."""
    lost = any(d.summary in _ANSWER_LOST for d in log.errors)
    return document is not None and not completed.timed_out and completed.status >= 0 and not lost


def _stopped(
    job: Job, document: object, state: InstanceState | None, completed: Completed, *, known: bool
) -> Applied:
    """Return what is left by an OpenTofu that was asked to stop and did not end well."""
    said = [event.type for event in effects(completed.stdout.splitlines())]
    begun, done = said.count("apply_start"), said.count("apply_complete")
    whole = state is None or not state.tainted
    if known and begun and begun == done and whole and _as_expected(job, state):
        # It came too late: that call was all there was to do.
        return Applied(state=state)
    if not begun and completed.status in (1, -signal.SIGINT):
        # Before it takes signals OpenTofu dies of them: it had not begun.
        return Applied(state=job.state, failure=_STOPPED, stopped=True)
    return Applied(
        state=job.state if document is None else state,
        failure=_STOPPED,
        stopped=True,
        outcome_known=known or (job.kind == "create" and state is not None),
    )


def _as_expected(job: Job, state: InstanceState | None) -> bool:
    if job.kind == "delete":
        return state is None
    if job.kind == "refresh":
        return True
    return state is not None and ("id" not in state.attributes or state.object_id is not None)
