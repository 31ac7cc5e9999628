"""What is known of a lost effect beside its workspace: the journal, the plan as stored, the configuration."""

from engine.core.operations.operation import Operation, OperationKind
from engine.core.operations.steps import StepKind
from engine.core.plans.plan import Action
from engine.core.providers.natural import natural_id
from engine.core.values import JsonObject, true_paths
from engine.ports.runner import Clues
from engine.service.prepare import Prepared
from engine.service.services import Services


async def clues_of(
    services: Services, operation: Operation, prepared: Prepared, person_id: str = ""
) -> Clues:
    """Return the clues to what became of an operation's effect; `person_id` is what a person says it is.

    Raises:
        NotFound, IntegrityFailed, NotSetUp, RunnerFailed: the schema cannot be had.
    """
    job = prepared.job
    schema = await services.schemas.resource(job.pin, job.resource_type)
    return Clues(
        makes=makes(operation),
        event_ids=await _made(services, operation),
        natural_id=natural_id(job.resource_type, job.config),
        person_id=person_id,
        planned=_planned(operation, prepared),
        schema_version=schema.version,
    )


def makes(operation: Operation) -> bool:
    """Tell whether the plan of an operation makes an object, also in place of another one."""
    if operation.kind is OperationKind.CREATE:
        return True
    return operation.plan_summary is not None and Action.CREATE.value in operation.plan_summary.actions


async def _made(services: Services, operation: Operation) -> tuple[str, ...]:
    """Return the ids that the events of the last apply name as made, newest first."""
    async with services.store.transaction() as transaction:
        applies = [s for s in await transaction.journal.steps(operation.id) if s.kind is StepKind.APPLY]
        events = await transaction.journal.events(operation.id)
    last = applies[-1].number if applies else 0
    made = [noted.event.made for noted in events if noted.step == last]
    return tuple(object_id for object_id in reversed(made) if object_id is not None)


def _planned(operation: Operation, prepared: Prepared) -> JsonObject:
    """Return the attributes that were planned and known; secrets come from the configuration."""
    stored = {name: value for name, value in (operation.proposed_state or {}).items() if value is not None}
    marks = prepared.secrecy.marks
    plain = {name: value for name, value in stored.items() if not true_paths(marks({name: value}))}
    return {**plain, **prepared.job.config}
