"""The configuration of stored resources, and the plan that tells what its import blocks come to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.core.addrs import ProviderAddress
from engine.core.errors import InvalidInput, NotSetUp, ProviderFailed, RunnerFailed
from engine.core.hcl.build import build, one_version_each
from engine.core.hcl.configuration import Configuration, Variable
from engine.core.hcl.imports import refused, with_changes, without_refused
from engine.core.hcl.render import render
from engine.core.hcl.translate import Member
from engine.core.projects import Project, ProviderLock
from engine.core.refs import find_refs
from engine.core.resources import Resource
from engine.core.values import JsonObject
from engine.ports.mirror import Trusted
from engine.service.pinned import Pinned, pinned
from engine.service.services import Services

VALUES_FILE: Final = "terraform.tfvars.json"
# Plans that may be made for one export; each further one leaves out the imports that the last one refused.
_PREVIEWS_MAX: Final = 4


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


async def configuration_of(services: Services, selection: Selection) -> Configuration:
    """Return the configuration of a selection.

    Raises:
        NotFound, IntegrityFailed, NotSetUp, RunnerFailed: a schema cannot be had.
        InvalidInput: see `engine.core.hcl.build`.
    """
    indexes = {pin: await services.schemas.index(pin) for pin in one_version_each(selection.members)}
    settings = {pin: index.configuration.block for pin, index in indexes.items()}
    return build(selection.project, selection.members, selection.others, settings)


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


async def check_imports(
    services: Services, configuration: Configuration, selection: Selection
) -> tuple[Configuration, tuple[str, ...], str | None]:
    """Plan the configuration of a selection with its import blocks.

    Returns:
        It with what the plan said in comments, notes for the reader, and, where it could not be planned, the
        reason in OpenTofu's or the provider's words.

    Raises:
        IntegrityFailed: a provider's binary is not the one that was installed.
    """
    notes = tuple(f"Give a value to the variable {v.name}: {v.description}" for v in configuration.variables)
    reason: str | None = None
    for _ in range(_PREVIEWS_MAX):
        if not any(block.object_id for block in configuration.imports):
            return configuration, notes, None
        try:
            changes = await _preview(services, configuration, selection)
        except (ProviderFailed, InvalidInput, RunnerFailed, NotSetUp) as error:
            reason = error.untrusted or error.message
            importing = [block for block in configuration.imports if block.object_id is not None]
            reasons = refused(importing, reason)
            if not reasons:
                break
            left = without_refused(configuration.imports, reasons)
            notes += tuple(f"{address} has no import block: {why}." for address, why in reasons.items())
            configuration = replace(configuration, imports=left)
        else:
            return replace(configuration, imports=with_changes(configuration.imports, changes)), notes, None
    return configuration, (*notes, "The import blocks were not checked: no plan could be made."), reason


def values_of(variables: Sequence[Variable]) -> str:
    """Return the values file of variables. OpenTofu takes its strings as they are: none is a template."""
    values = {variable.name: variable.value for variable in variables}
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


async def _preview(
    services: Services, configuration: Configuration, selection: Selection
) -> Mapping[str, JsonObject]:
    files = render(configuration)
    if configuration.variables:
        files[VALUES_FILE] = values_of(configuration.variables)
    used = [selection.providers[str(provider.pin.address)] for provider in configuration.providers]
    trusted = [Trusted(pin=each.pin, hashes=each.lock.hashes) for each in used]
    key, project_id = services.ids.new(), selection.project.id
    return await services.runner.preview(files, trusted, key=key, project_id=project_id)
