"""Making a job of a change of a resource that exists nowhere: what can be refused before it is planned."""

from dataclasses import dataclass

from pydantic import JsonValue

from engine.core.addrs import ProviderAddress, Version, parse_type
from engine.core.errors import InvalidInput
from engine.core.ids import parse_resource_id
from engine.core.policy.recording import offline_settings, present_state
from engine.core.providers.check import complete
from engine.core.values import JsonObject
from engine.ports.runner import Job, JobKind
from engine.service.projects.settings import checked_settings
from engine.service.services import Services
from engine.service.wanted import as_given, checked


@dataclass(frozen=True)
class Recording:
    """What to plan.

    Attributes:
        provider_version: the newest at hand where empty.
        config: the whole configuration; not for a delete.
        current: the attributes of the object that is there; for an update and a delete.
        settings: of the provider; what it needs to plan without its cloud is filled in.
    """

    operation: JobKind
    resource_type: str
    provider: str
    provider_version: str = ""
    resource_id: str = "example"
    config: JsonValue = None
    current: JsonObject | None = None
    settings: JsonValue = None


@dataclass(frozen=True)
class Rehearsal:
    """A job, the configuration that it was made of, and the provider's settings as they were given."""

    job: Job
    config: JsonObject
    settings: JsonObject


async def rehearsal(services: Services, wanted: Recording) -> Rehearsal:
    """Return the job of a recording.

    Raises:
        NotFound: the provider or the type is not at hand.
        InvalidInput: an argument, the configuration or the settings are not acceptable.
        IntegrityFailed, NotSetUp, RunnerFailed: the schema cannot be had.
    """
    _require_whole(wanted)
    version = Version.parse(wanted.provider_version) if wanted.provider_version else None
    pin = services.mirror.resolve(ProviderAddress.parse(wanted.provider), version).pin
    resource_type = parse_type(wanted.resource_type, field="type")
    schema = await services.schemas.resource(pin, resource_type)
    config = {} if wanted.operation == "delete" else checked(schema.block, wanted.config)
    address = str(pin.address)
    given = (await checked_settings(services, {address: wanted.settings}))[address] or {}
    settings_block = (await services.schemas.index(pin)).configuration.block
    job = Job(
        key=services.ids.new(),
        kind=wanted.operation,
        pin=pin,
        resource_type=resource_type,
        name=parse_resource_id(wanted.resource_id),
        settings=complete(settings_block, offline_settings(address, settings_block, given)),
        config=as_given({}, config, schema.block) if config else {},
        state=None if wanted.current is None else present_state(schema, wanted.current),
        lineage=services.ids.new(),
        refresh=False,
    )
    return Rehearsal(job=job, config=config, settings=given)


def _require_whole(wanted: Recording) -> None:
    if wanted.operation in ("import", "refresh"):
        raise InvalidInput(
            f"{wanted.operation} is what was read from a cloud",
            field="operation",
            hint="record a create, update or delete; take a sample for the others",
        )
    if wanted.operation != "create" and wanted.current is None:
        raise InvalidInput(
            f"{wanted.operation} needs an object that is there",
            field="current",
            hint="give its attributes, or an input that was recorded of its creation",
        )
    if wanted.operation == "create" and wanted.current is not None:
        raise InvalidInput("nothing is there before a create", field="current", hint="leave it out")
    if wanted.operation == "delete" and wanted.config is not None:
        raise InvalidInput("a delete has no configuration", field="config", hint="leave it out")
