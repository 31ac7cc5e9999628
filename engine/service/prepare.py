"""Making a job of a request: everything that can be refused before a child process runs is refused here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.core.operations.operation import Operation, OperationKind
from engine.core.plans.plan import Plan
from engine.core.providers.schema import Block
from engine.core.state import InstanceState
from engine.core.values import JsonObject
from engine.ports.runner import Job, JobKind
from engine.service.known import Known, Outlook, look_up
from engine.service.pinned import keep_pinned
from engine.service.secrecy import Secrecy, Secrets
from engine.service.services import Services
from engine.service.target import plain_settings, provider_of, settings_of
from engine.service.wanted import wanted

_JOB_KINDS: Final[Mapping[OperationKind, JobKind]] = {
    OperationKind.CREATE: "create",
    OperationKind.UPDATE: "update",
    OperationKind.DELETE: "delete",
    OperationKind.IMPORT: "import",
    OperationKind.REFRESH: "refresh",
}


@dataclass(frozen=True)
class Prepared:
    """All that planning, deciding and saving need to know of one operation.

    Attributes:
        config: the new configuration, references unresolved; None where the operation brings none.
        depends_on: the resource ids that the resource will depend on.
        secrecy: what is secret of it.
        provider_alias: which of the project's configurations of the provider it is made with.
        provider_config: the provider's settings as policies see them.
    """

    known: Known
    job: Job
    config: JsonObject | None
    depends_on: tuple[str, ...]
    secrecy: Secrecy
    provider_alias: str
    provider_config: JsonObject

    @property
    def block(self) -> Block:
        """The schema of the resource's type."""
        return self.secrecy.block

    def secrets(self, *states: InstanceState | None) -> Secrets:
        """Return the secret strings of the job's configuration and of the states of its object."""
        attributes = (state.attributes for state in states if state is not None)
        return self.secrecy.strings(self.job.config, *attributes)

    def secrets_planned(self, plan: Plan) -> Secrets:
        """Return the secret strings of the object as it is and as it is planned."""
        return self.secrecy.strings(*(each for each in (plan.before, plan.after) if each is not None))


async def prepare(services: Services, operation: Operation, outlook: Outlook | None = None) -> Prepared:
    """Check a request against what is stored and against the provider's schema, and return its job.

    `outlook` is given for a change of a set that is only planned. The first request that may change something
    locks its provider in the project; one that only looks decides nothing of what others will trust.

    Raises:
        NotFound: the resource, the provider or the type does not exist.
        Conflict: the resource exists already, others depend on it, or the project uses another version.
        InvalidInput: the configuration or a reference is not acceptable; every problem is named.
        IntegrityFailed, NotSetUp, RunnerFailed: the schema cannot be had.
    """
    request = operation.request
    async with services.store.transaction() as transaction:
        known = await look_up(transaction, operation, outlook)
    present = known.present
    provider = await provider_of(services, request, known.project, known.living)
    pin = provider.pin
    resource_type = request.resource_type if present is None else present.resource_type
    alias = request.provider_alias if present is None else present.provider_alias
    schema = await services.schemas.resource(pin, resource_type)
    asked = wanted(request, known, schema.block)
    configs = (asked.config or {}, {} if present is None else present.config)
    job = Job(
        key=operation.id,
        project_id=known.project.id,
        kind=_JOB_KINDS[request.kind],
        pin=pin,
        accepted=provider.lock.hashes,
        resource_type=resource_type,
        name=request.resource_id,
        settings=await settings_of(services, known.project, pin, alias),
        config=asked.resolved,
        state=None if present is None else present.state,
        import_id=request.import_id,
        lineage=known.project.lineage,
        serial=known.base_serial,
    )
    prepared = Prepared(
        known=known,
        job=job,
        config=asked.config,
        depends_on=asked.depends_on,
        secrecy=Secrecy.of(schema.block, known.living, *configs),
        provider_alias=alias,
        provider_config=await plain_settings(services, known.project, pin, alias),
    )
    await keep_pinned(services, operation, provider)
    return prepared
