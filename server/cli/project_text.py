"""A project as people read it."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from engine.core.schedules import OFF
from engine.service.history import HistoryLine
from engine.service.projects.locked import ReportedLock
from engine.service.projects.show import ProjectReport, UsedProvider
from engine.service.projects.standing import DriftedResource
from server.cli.history_text import asked, became
from server.cli.operation_text import attribute_lines, provider_words
from server.cli.output import one_line, table


def project_lines(project: ProjectReport) -> Iterator[RenderableType]:
    """Yield a project: policies, settings, resources, and its operations by where they stand."""
    yield Text.assemble((f"project {project.project}", "bold"), f"  {', '.join(project.labels)}")
    yield Text(f"  space      {project.space}")
    if project.lock is not None:
        yield Text(f"  locked by  {locked_by(project.lock)}")
    if project.lifetime.words:
        yield Text(f"  time       {project.lifetime.words}")
    if project.lifetime.refresh_every != OFF:
        yield Text(f"  refreshed  every {project.lifetime.refresh_every}")
    yield Text(f"  policies   {', '.join(project.policies) or 'none: every change is allowed'}")
    if project.sample_policies:
        yield Text("  samples    of every policy are kept")
    yield from _providers(project)
    yield from _used(project.provider_locks)
    if project.resources:
        yield Text("\nresources", "bold")
        rows = [
            (
                r.resource_id,
                r.resource_type,
                provider_words(r.provider, r.provider_alias, r.provider_version),
                f"v{r.version}{' tainted' if r.tainted else ''}{' missing' if r.missing else ''}",
                ", ".join(r.depends_on),
            )
            for r in project.resources
        ]
        yield table(("RESOURCE", "TYPE", "PROVIDER", "VERSION", "DEPENDS ON"), rows)
    if project.drifted:
        yield Text("\ndrift", "bold")
        yield _drifted(project.drifted)
    for title, operations in (
        ("waiting", project.waiting),
        ("running", project.running),
        ("last operations", project.last),
    ):
        if operations:
            yield Text(f"\n{title}", "bold")
            yield _operations(operations)


def _used(locks: tuple[UsedProvider, ...]) -> Iterator[RenderableType]:
    for lock in locks:
        yield Text(f"  uses       {lock.provider} {lock.version}  {lock.constraints}".rstrip())


def locked_by(lock: ReportedLock) -> str:
    """Return who holds a lock, until when unless they call, and why."""
    why = f": {lock.reason}" if lock.reason else ""
    return one_line(f"{lock.holder} ({lock.kind.value}, {lock.client}) until {lock.expires_at[:19]}{why}")


def _providers(project: ProjectReport) -> Iterator[RenderableType]:
    if not project.provider_settings:
        yield Text("  providers  no settings")
    for provider, settings in project.provider_settings.items():
        yield Text(f"  provider   {provider}")
        yield from attribute_lines(settings)
    for warning in project.warnings:
        yield Text(f"  warning    {one_line(warning)}")


def _drifted(drifted: tuple[DriftedResource, ...]) -> RenderableType:
    rows = [
        (
            d.resource_id,
            "missing: the cloud no longer has it" if d.missing else ", ".join(d.changed),
            d.since[:19],
            d.operation_id,
        )
        for d in drifted
    ]
    return table(("RESOURCE", "DIFFERS IN", "SINCE", "OPERATION"), rows)


def _operations(operations: tuple[HistoryLine, ...]) -> RenderableType:
    rows = [
        (o.operation_id, asked(o), o.resource_id or o.resource_type, o.state, became(o)) for o in operations
    ]
    return table(("OPERATION", "KIND", "RESOURCE", "STATE", "WHAT"), rows)
