"""What is found in the cloud and taken in: an object by import, drift by a refresh that accepts it."""

from dataclasses import replace

from engine.core.addrs import ConfiguredProvider
from engine.core.errors import EngineError
from engine.core.plans.plan import Plan
from engine.core.providers.check import complete
from engine.core.providers.schema import Block
from engine.core.providers.settled import settled_config
from engine.core.refs import find_refs
from engine.core.values import JsonObject
from engine.ports.runner import Run
from engine.service.prepare import Prepared


def require_unmanaged(prepared: Prepared, plan: Plan) -> None:
    """Do nothing unless the operation is an import of an object that a resource stands for already.

    Raises:
        Conflict: naming that resource.
    """
    if prepared.job.kind == "import":
        provider = ConfiguredProvider(address=prepared.job.pin.address, alias=prepared.provider_alias)
        prepared.known.require_unmanaged(str(provider), prepared.job.resource_type, plan.after or {})


async def adopt(run: Run, prepared: Prepared, plan: Plan) -> Prepared:
    """Return what was prepared with the configuration to keep for what was found, if anything was."""
    if plan.after is None:
        return prepared
    if prepared.job.kind == "import":
        return replace(prepared, config=await _imported(run, prepared.block, plan.after))
    if prepared.job.kind == "refresh" and prepared.known.present is not None:
        drifted = {difference.path.split(".", 1)[0] for difference in plan.drift}
        config = _accepted(prepared.block, prepared.known.present.config, plan.after, drifted)
        return replace(prepared, config=config)
    return prepared


async def _imported(run: Run, block: Block, attributes: JsonObject) -> JsonObject:
    """Return the configuration of an imported object, whose plan changes nothing.

    What the first try would change is what the provider's defaults say otherwise, such as a feature that is
    on unless it is turned off: that is named then, too.
    """
    config = settled_config(block, attributes)
    try:
        rehearsed = await run.rehearse(complete(block, config))
    except EngineError:
        # An import changes nothing outside: what the provider refuses is told when it is updated.
        return config
    differing = {path.split(".", 1)[0] for path in rehearsed.changed}
    return settled_config(block, attributes, keep=differing)


def _accepted(block: Block, config: JsonObject, attributes: JsonObject, drifted: set[str]) -> JsonObject:
    """Return a configuration that wants what drifted as it is now; references say where values come from."""
    own = drifted - {path.split(".", 1)[0] for path, _ in find_refs(config)}
    found = settled_config(block, attributes, keep=own)
    kept = {name: value for name, value in config.items() if name not in own}
    return {**kept, **{name: found[name] for name in sorted(own) if name in found}}
