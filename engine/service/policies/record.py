"""Use case: plan a change of a resource that exists nowhere, and return what policies would see of it."""

from engine.core.plans.plan import Plan
from engine.core.policy.input import ResourceInput
from engine.core.policy.recording import recorded_input
from engine.core.values import JsonObject
from engine.ports.runner import Job, Progress
from engine.service.policies.rehearsal import Recording, rehearsal
from engine.service.secrecy import Secrecy
from engine.service.services import Services


async def record(services: Services, wanted: Recording, progress: Progress) -> JsonObject:
    """Return the policy input of a planned change, secrets redacted; nothing is stored and no cloud is asked.

    Raises:
        NotFound, InvalidInput: see `rehearsal`.
        ProviderFailed: the provider refused, also where it cannot plan without its cloud.
        IntegrityFailed, NotSetUp, RunnerFailed: see `engine.ports.runner`.
    """
    rehearsed = await rehearsal(services, wanted)
    job = rehearsed.job
    async with services.runner.open(job, progress) as run:
        plan = await run.plan()
    block = (await services.schemas.resource(job.pin, job.resource_type)).block
    plan = _marked(plan, Secrecy.of(block, {}, rehearsed.config))
    return _document(job, plan, rehearsed.settings)


def _marked(plan: Plan, secrecy: Secrecy) -> Plan:
    return plan.model_copy(
        update={
            "before_sensitive": secrecy.marks(plan.before),
            "after_sensitive": secrecy.marks(plan.after),
        }
    )


def _document(job: Job, plan: Plan, settings: JsonObject) -> JsonObject:
    resource = ResourceInput(
        resource_id=job.name,
        resource_type=job.resource_type,
        provider=str(job.pin.address),
        provider_version=str(job.pin.version),
        operation=job.kind,
        current_state=plan.redacted_before,
        proposed_state=plan.redacted_after,
    )
    return recorded_input(resource, plan, settings).document()
