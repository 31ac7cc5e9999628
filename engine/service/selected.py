"""What of a project is handed over: resources with their schemas, at the versions that the project uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.core.addrs import ProviderAddress
from engine.core.hcl.translate import Member
from engine.core.projects import Project, ProviderLock
from engine.core.refs import find_refs
from engine.core.resources import Resource
from engine.service.pinned import Pinned, pinned
from engine.service.services import Services


@dataclass(frozen=True)
class Selection:
    """What to export.

    Attributes:
        members: the resources to write, with their schemas.
        others: what they refer to beside themselves, by resource id.
        providers: of all these, as the project uses them, by address.
    """

    project: Project
    members: Sequence[Member]
    others: Mapping[str, Member]
    providers: Mapping[str, Pinned]


async def select(
    services: Services, project: Project, chosen: Sequence[Resource], living: Mapping[str, Resource]
) -> Selection:
    """Return the selection of `chosen`; `living` are the project's resources, by resource id.

    Each stands at the version that its project uses of its provider, whichever wrote it last.

    Raises:
        NotFound, Forbidden, IntegrityFailed, NotSetUp, RunnerFailed: a schema cannot be had.
        Conflict: the project is locked at a version that cannot read its resources.
    """
    written = {resource.resource_id for resource in chosen}
    named = {ref.resource_id for resource in chosen for _, ref in find_refs(resource.config)}
    referred = [living[name] for name in sorted(named - written) if name in living]
    providers = {
        address: await pinned(services, project, ProviderAddress.parse(address), living.values())
        for address in sorted({resource.provider for resource in (*chosen, *referred)})
    }
    members = [await _member(services, resource, providers[resource.provider]) for resource in chosen]
    others = {r.resource_id: await _member(services, r, providers[r.provider]) for r in referred}
    return Selection(project=project, members=members, others=others, providers=providers)


def exported_locks(selection: Selection) -> Mapping[str, ProviderLock]:
    """Return the project's locks of what is written, by address.

    What a configuration requires is the very version, so that is what each says it was chosen by.
    """
    written = {member.resource.provider for member in selection.members}
    locks = {a: selection.providers[a].lock for a in written & selection.project.provider_locks.keys()}
    return {a: lock.model_copy(update={"constraints": lock.version}) for a, lock in locks.items()}


async def _member(services: Services, resource: Resource, provider: Pinned) -> Member:
    schema = await services.schemas.resource(provider.pin, resource.resource_type)
    at_version = resource.model_copy(update={"provider_version": str(provider.pin.version)})
    return Member(resource=at_version, block=schema.block)
