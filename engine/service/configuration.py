"""The configuration of stored resources, and the plan that tells what its import blocks come to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from engine.core.errors import InvalidInput, NotSetUp, ProviderFailed, RunnerFailed
from engine.core.hcl.build import build, one_version_each
from engine.core.hcl.configuration import Configuration, Variable
from engine.core.hcl.imports import refused, with_changes, without_refused
from engine.core.hcl.render import render
from engine.core.values import JsonObject
from engine.ports.mirror import Trusted
from engine.service.selected import Selection
from engine.service.services import Services

VALUES_FILE: Final = "terraform.tfvars.json"
# Plans that may be made for one export; each further one leaves out the imports that the last one refused.
_PREVIEWS_MAX: Final = 4


async def configuration_of(services: Services, selection: Selection) -> Configuration:
    """Return the configuration of a selection.

    Raises:
        NotFound, IntegrityFailed, NotSetUp, RunnerFailed: a schema cannot be had.
        InvalidInput: see `engine.core.hcl.build`.
    """
    indexes = {pin: await services.schemas.index(pin) for pin in one_version_each(selection.members)}
    settings = {pin: index.configuration.block for pin, index in indexes.items()}
    return build(selection.project, selection.members, selection.others, settings)


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
