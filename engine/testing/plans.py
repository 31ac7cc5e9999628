"""How the fake provider plans a change: what OpenTofu would say, from configuration, schema and cloud."""

from itertools import zip_longest

from pydantic import JsonValue

from engine.core.plans.plan import Action, Plan
from engine.core.providers.schema import Block
from engine.core.refs import find_refs
from engine.core.state import InstanceState
from engine.core.values import JsonObject, differences
from engine.ports.runner import Job
from engine.testing.schemas import DEFAULTS, FILLED_IN, REPLACING, RESOURCES


def plan_change(job: Job, now: InstanceState | None, address: str) -> Plan:
    """Return the plan of a create, an update or a delete; `now` is the object as the cloud has it."""
    drift = differences(job.state.attributes, now.attributes if now else {}) if job.state else ()
    plan = Plan(
        address=address, actions=(Action.NO_OP,), drift=drift, missing=now is None and job.state is not None
    )
    if job.kind == "delete":
        return plan if now is None else _with(plan, (Action.DELETE,), now.attributes, None)
    block = RESOURCES[job.resource_type].block
    if now is None:
        return _with(plan, (Action.CREATE,), None, planned(block, job.config, {}))
    after = planned(block, job.config, now.attributes)
    changed = {d.path.split(".", 1)[0] for d in differences(now.attributes, after)}
    replacing = sorted(changed & REPLACING[job.resource_type])
    if replacing or now.tainted:
        plan = plan.model_copy(update={"replace_paths": tuple(replacing)})
        return _with(plan, (Action.DELETE, Action.CREATE), now.attributes, planned(block, job.config, {}))
    return _with(plan, (Action.UPDATE,) if changed else (Action.NO_OP,), now.attributes, after)


def planned(block: Block, config: JsonObject, now: JsonObject) -> JsonObject:
    """Return all attributes as they will be; those that are known only later are left out.

    These are what only the provider knows, and what the configuration takes from things yet to be made.
    """
    after: JsonObject = {}
    for name, attribute in block.attributes.items():
        given = config.get(name)
        if find_refs(given):
            continue
        if given is None and attribute.computed:
            given = now.get(name, FILLED_IN.get(name))
            if given is None:
                continue
        after[name] = DEFAULTS.get(name) if given is None else given
    for name, nested in block.block_types.items():
        items = _objects(config.get(name))
        there = _objects(now.get(name))[: len(items)]
        pairs = zip_longest(items, there, fillvalue=JsonObject())
        after[name] = [planned(nested.block, item, old) for item, old in pairs]
    return after


def unknown(block: Block, after: JsonObject) -> JsonObject:
    """Return the tree of marks of what a planned object leaves out."""
    marks: JsonObject = dict.fromkeys(sorted(block.attributes.keys() - after.keys()), True)
    for name, nested in block.block_types.items():
        inner: list[JsonValue] = [unknown(nested.block, item) for item in _objects(after.get(name))]
        if any(inner):
            marks[name] = inner
    return marks


def _objects(value: JsonValue) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _with(
    plan: Plan, actions: tuple[Action, ...], before: JsonObject | None, after: JsonObject | None
) -> Plan:
    block = RESOURCES[plan.address.split(".", 1)[0]].block
    marks = False if after is None else unknown(block, after)
    return plan.model_copy(update={"actions": actions, "before": before, "after": after, "unknown": marks})
