"""What an apply came to: read from the state that is left, never from the exit status alone."""

from typing import Any, Final

from engine.adapters.tofu.commands import STATE_FILE
from engine.adapters.tofu.events import EventLog
from engine.adapters.tofu.process import Completed
from engine.adapters.tofu.session import failure
from engine.adapters.tofu.workspace import ERRORED_STATE_FILE, Workspace
from engine.core.limits import APPLY_TIMEOUT_SECONDS
from engine.core.state import InstanceState, read_instance
from engine.ports.runner import Applied, Job

# OpenTofu's summaries where a provider died or was cut off in the middle of a call: its answer is lost.
_ANSWER_LOST: Final = frozenset({"Plugin did not respond", "Request cancelled", "Plugin error"})


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
    error = failure(completed, log, f"applying {job.resource_type}.{job.name}", APPLY_TIMEOUT_SECONDS)
    answer_lost = (
        document is None
        or completed.timed_out
        or completed.status < 0
        or any(d.summary in _ANSWER_LOST for d in log.errors)
    )
    # A failed creation that is in the state is known: it exists, half made, and OpenTofu has tainted it.
    known = not answer_lost or (job.kind == "create" and state is not None)
    return Applied(
        state=job.state if document is None else state,
        failure=error.untrusted or error.message,
        outcome_known=known,
    )


def _as_expected(job: Job, state: InstanceState | None) -> bool:
    if job.kind == "delete":
        return state is None
    if job.kind == "refresh":
        return True
    return state is not None and ("id" not in state.attributes or state.object_id is not None)
