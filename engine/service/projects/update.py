"""Use case: change a project's labels, space, provider settings and times."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal, Scope
from engine.core.digest import digest
from engine.core.projects import Project, parse_labels, parse_space
from engine.core.values import JsonObject
from engine.service.locking import project_to_change
from engine.service.projects.rebind import require_labels
from engine.service.projects.settings import checked_settings
from engine.service.projects.times import UNTIMED, Times, facts_of_times, set_times
from engine.service.projects.unused import require_unused
from engine.service.services import Services


async def update_project(
    services: Services,
    principal: Principal,
    name: str,
    *,
    labels: tuple[str, ...] | None = None,
    space: str | None = None,
    provider_settings: Mapping[str, JsonValue] | None = None,
    sample_policies: bool | None = None,
    times: Times = UNTIMED,
) -> Project:
    """Replace what is given and return the project.

    `labels` is the whole new list. `provider_settings` maps configured providers (`hashicorp/aws`, or
    `hashicorp/aws.west` for the configuration with the alias `west`) to their configuration block: null
    removes one, those that are not named stay. With `sample_policies` a sample is kept of what each policy
    says about the project. Opening an archived project again withdraws what of its destruction has not begun.

    Raises:
        Forbidden: the principal lacks `projects:write`, or `policies:write` where it changes labels or
            space of a project that has policies, or calls for some.
        Conflict: another principal has locked the project; a configuration to remove is in use; it takes no
            changes and is not to be opened again, or is to be and does.
        NotFound: there is no such project, or the mirror lacks a named provider.
        InvalidInput: a label or the space is malformed, or a setting is not acceptable, by the provider's own
            schema, or a time is malformed; secrets among the settings are refused.
        IntegrityFailed, NotSetUp, RunnerFailed: the schema cannot be had.
    """
    principal.require(Scope.PROJECTS_WRITE)
    checked = await checked_settings(services, provider_settings or {}, name)
    async with services.store.transaction() as transaction:
        project = await project_to_change(services, transaction, principal, name)
        timed = await set_times(services, transaction, principal, project, times)
        merged = {**project.provider_settings, **checked}
        kept = {key: settings for key, settings in merged.items() if settings is not None}
        await require_unused(transaction, project, project.provider_settings.keys() - kept.keys())
        changed = timed.model_copy(
            update={
                "labels": project.labels if labels is None else parse_labels(labels),
                "space": project.space if space is None else parse_space(space),
                "sample_policies": project.sample_policies if sample_policies is None else sample_policies,
                "provider_settings": kept,
            }
        )
        await require_labels(transaction, principal, project, changed)
        await transaction.projects.save(changed)
        await transaction.audit.append(_event(changed, principal, services.clock.now()))
    return changed


def _event(project: Project, principal: Principal, at: datetime) -> AuditEvent:
    facts: JsonObject = {
        "labels": list(project.labels),
        "space": project.space,
        "settings": digest(dict(project.provider_settings)),
        "sample_policies": project.sample_policies,
        **facts_of_times(project),
    }
    return AuditEvent(
        at=at,
        actor=principal.key,
        event="project.updated",
        project_id=project.id,
        subject=project.name,
        facts=facts,
    )
