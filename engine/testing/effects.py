"""What a job plans and does in a cloud in memory, as OpenTofu would. When is the runner's business."""

from typing import Final

from engine.core.errors import NotFound
from engine.core.plans.plan import Action, Plan
from engine.core.providers.schema import sensitive_marks
from engine.core.state import InstanceState
from engine.core.values import JsonObject, differences
from engine.ports.runner import Job
from engine.testing.clouds import FakeCloud
from engine.testing.plans import plan_change
from engine.testing.schemas import RESOURCES
from engine.testing.searches import read

_PRIVATE: Final = "cHJpdmF0ZQ=="


def planned(cloud: FakeCloud, job: Job) -> Plan:
    """Return the plan of a job, its secrets marked.

    Raises:
        NotFound: an import names no existing object.
    """
    plan, block = _planned(cloud, job), RESOURCES[job.resource_type].block
    marks = {
        "before_sensitive": sensitive_marks(block, plan.before),
        "after_sensitive": sensitive_marks(block, plan.after),
    }
    return plan.model_copy(update=marks)


def rehearsed(cloud: FakeCloud, job: Job, config: JsonObject) -> Plan:
    """Return the plan of an imported object against a configuration."""
    after = cloud.read(job.resource_type, job.import_id)
    state = None if after is None else InstanceState(attributes=after)
    change = job.model_copy(update={"kind": "update", "config": config, "state": state})
    return plan_change(change, state, f"{job.resource_type}.{job.name}")


def effect(cloud: FakeCloud, job: Job, plan: Plan) -> InstanceState | None:
    """Do in the cloud what a plan says, and return the state that is left.

    Raises:
        ProviderFailed: the cloud refuses.
    """
    state = job.state
    attributes = plan.after
    object_id = state.object_id if state is not None else None
    if Action.DELETE in plan.actions and object_id is not None:
        cloud.delete(job.resource_type, object_id)
    if Action.CREATE in plan.actions:
        attributes = cloud.create(job.resource_type, plan.after or {})
    elif Action.UPDATE in plan.actions and object_id is not None:
        attributes = cloud.update(job.resource_type, object_id, plan.after or {})
    if attributes is None:
        return None
    kept = InstanceState(attributes={}) if state is None or plan.replaces else state
    return kept.model_copy(
        update={
            "attributes": attributes,
            "schema_version": RESOURCES[job.resource_type].version,
            "private": _PRIVATE,
            "status": None,
        }
    )


def _planned(cloud: FakeCloud, job: Job) -> Plan:
    address = f"{job.resource_type}.{job.name}"
    if job.kind == "import":
        after = cloud.read(job.resource_type, job.import_id)
        if after is None:
            raise NotFound(f"the cloud has no {job.resource_type} with this id", field="import_id")
        return Plan(address=address, actions=(Action.IMPORT,), after=after)
    now = None if job.state is None else read(cloud, job, job.state)
    if job.kind != "refresh":
        return plan_change(job, now, address)
    before = {} if job.state is None else job.state.attributes
    after = None if now is None else now.attributes
    drift = () if after is None else differences(before, after)
    actions = (Action.REFRESH,) if drift or after is None else (Action.NO_OP,)
    return Plan(
        address=address, actions=actions, before=before, after=after, drift=drift, missing=after is None
    )
