"""Use case: hand a project's resources over as a configuration of OpenTofu, or as its state file."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.hcl.document import document
from engine.core.hcl.render import render
from engine.core.providers.lock_file import LOCK_FILE, write_locks
from engine.service.configuration import check_imports, configuration_of
from engine.service.export_state import note_reveal, state_files
from engine.service.locking import keep_lock
from engine.service.lookup import find_project, find_resource
from engine.service.selected import exported_locks, select
from engine.service.services import Services

JSON_FILE: Final = "main.tf.json"
_PRIVATE: Final = "These files hold every attribute in clear, secrets too: keep them private."


class ExportFormat(StrEnum):
    """What to export: native syntax, JSON syntax, or the state."""

    HCL = "hcl"
    JSON = "json"
    STATE = "state"


class Export(BaseModel):
    """An export.

    Attributes:
        files: content by file name; they belong into one folder.
        notes: what to know before using them, in our words.
        untrusted_reason: why the import blocks could not be checked, in OpenTofu's or the provider's words.
    """

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    files: Mapping[str, str]
    notes: tuple[str, ...] = ()
    untrusted_reason: str | None = None


async def export(
    services: Services,
    principal: Principal,
    project_name: str,
    resource_id: str | None,
    format: ExportFormat,  # noqa: A002 - the argument's name in every front
) -> Export:
    """Return the files of one resource or of all of them; nothing is changed.

    A configuration holds no secret: sensitive attributes become variables. A state holds them all and
    comes with the values of those variables: it takes `secrets:reveal`, and an audit row is written first.
    OpenTofu plans the configuration with its import blocks, and what that plan would change is written above
    each block; where it cannot plan, the export says that nothing was checked.

    Raises:
        Forbidden: the principal may not read resources, or may not reveal the secrets of a state.
        NotFound: there is no such project or resource, or the mirror lacks a provider or type.
        InvalidInput: a reference leads nowhere.
        Conflict: the project is locked at a version that cannot read its resources.
        IntegrityFailed, NotSetUp, RunnerFailed: a provider's schema cannot be had.
    """
    principal.require(Scope.RESOURCES_READ)
    if format is ExportFormat.STATE:
        principal.require(Scope.SECRETS_REVEAL)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        await keep_lock(services, transaction, principal.key, project.id)
        living = {r.resource_id: r for r in await transaction.resources.list(project.id)}
        if resource_id is None:
            chosen = tuple(living.values())
        else:
            chosen = (await find_resource(transaction, project, resource_id),)
        if format is ExportFormat.STATE:
            await note_reveal(services, transaction, principal, project, chosen)
    selection = await select(services, project, chosen, living)
    if format is ExportFormat.STATE:
        return Export(files=state_files(services, selection), notes=(_PRIVATE,))
    configuration = await configuration_of(services, selection)
    checked, notes, reason = await check_imports(services, configuration, selection)
    if format is ExportFormat.JSON:
        text = json.dumps(document(checked), indent=2, ensure_ascii=False) + "\n"
        files = {JSON_FILE: text}
    else:
        files = render(checked)
    locks = exported_locks(selection)
    if locks:
        files[LOCK_FILE] = write_locks(locks)
    return Export(files=files, notes=notes, untrusted_reason=reason)
