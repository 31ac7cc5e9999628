"""What an interrupted apply came to, as its workspace and the cloud tell it now."""

from typing import Any

from engine.adapters.tofu.commands import STATE_FILE
from engine.adapters.tofu.outcome import remaining_state
from engine.adapters.tofu.run import write_job
from engine.adapters.tofu.workspaces import Workspaces
from engine.core.errors import RunnerFailed
from engine.core.limits import PLAN_TIMEOUT_SECONDS
from engine.core.state import read_instance
from engine.ports.runner import Applied, Job


async def recover(workspaces: Workspaces, job: Job) -> Applied | None:
    """Return what is there now, None where nothing tells; see the port.

    Of an object that was there before, the remembered state tells enough to ask the cloud.

    Raises:
        RunnerFailed: the OpenTofu of an engine that was killed is still applying.
    """
    workspace = workspaces.of(job.key)
    # INVARIANT: the workspace of an OpenTofu at work is left alone: what it is about to save is all there is.
    if workspace.in_use():
        raise RunnerFailed(
            f"OpenTofu is still applying {job.resource_type}.{job.name}: its engine ended before it",
            hint="wait a little, then `intent operation resume` again",
        )
    document: Any = remaining_state(workspace)
    if document is None:
        if job.state is None:
            return None
        await workspace.make()
        write_job(job, workspace)
    else:
        if read_instance(document, job.resource_type, job.name) is None:
            # A deletion that was saved is settled; a creation without a trace is not.
            return Applied(state=None) if job.kind == "delete" else None
        workspace.write_json(STATE_FILE, document)
    session = await workspaces.session(workspace, [job.pin])
    await session.require(session.commands.read_again(), PLAN_TIMEOUT_SECONDS, f"reading {job.name}")
    return Applied(state=read_instance(workspace.read_state(), job.resource_type, job.name))
