"""`intent read`: a resource as the engine remembers it, or what a data source says now."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.text import Text

from engine.core.errors import InvalidInput
from engine.core.operations.operation import Operation
from engine.service.read import read as ask_to_read
from engine.service.show_resource import ResourceReport, show_resource
from server.cli import arguments
from server.cli.given import given_json
from server.cli.operating import perform
from server.cli.operation_text import attribute_lines, provider_words
from server.cli.output import Output, OutputOption, QuietOption, Screen, reporting
from server.cli.session import Session, run

app = typer.Typer()

DataSourceType = Annotated[str, typer.Option("--type", help="ask this data source instead")]
DataProvider = Annotated[str, typer.Option("--provider", help="the data source's provider")]
DataConfig = Annotated[
    str, typer.Option("--config", metavar="JSON|@FILE|-", help="the data source's configuration")
]


@app.command()
def read(
    project: arguments.Project,
    resource_id: Annotated[str | None, typer.Argument(metavar="[RESOURCE_ID]", help="the resource")] = None,
    data_source_type: DataSourceType = "",
    provider: DataProvider = "",
    config: DataConfig = "{}",
    provider_version: arguments.ProviderVersion = "",
    provider_alias: arguments.ProviderAlias = "",
    *,
    wait: arguments.Wait = None,
    reason: arguments.Reason = "",
    output: OutputOption = Output.TEXT,
    quiet: QuietOption = False,
) -> None:
    """Show a resource as it is remembered, or ask a data source of a provider."""
    screen = Screen(output, quiet)
    with reporting(screen):
        wanted = given_json(config, "config")
        _require_one_way(resource_id, data_source_type, provider)

    async def ask(session: Session) -> Operation:
        return await ask_to_read(
            session.services,
            session.person,
            project,
            provider=provider,
            data_source_type=data_source_type,
            config=wanted,
            provider_version=provider_version,
            provider_alias=provider_alias,
            reason=reason,
        )

    if resource_id is None:
        perform(screen, ask, wait, f"reading {data_source_type}")
    resource = run(
        screen,
        lambda session: show_resource(session.services, session.person, project, resource_id or ""),
    )
    screen.show(resource, _resource_lines(resource))


def _require_one_way(resource_id: str | None, data_source_type: str, provider: str) -> None:
    if (resource_id is None) != bool(data_source_type and provider) or (
        resource_id is not None and (data_source_type or provider)
    ):
        raise InvalidInput(
            "read takes a resource id, or --type and --provider of a data source",
            field="resource_id",
            hint="give one of the two",
        )


def _resource_lines(resource: ResourceReport) -> Iterator[Text]:
    provider = provider_words(resource.provider, resource.provider_alias, resource.provider_version)
    yield Text(
        f"{resource.resource_id}: {resource.resource_type} of {provider}"
        f", project {resource.project}, version {resource.version}{', tainted' if resource.tainted else ''}"
    )
    for label, names in (("depends on", resource.depends_on), ("needed by", resource.dependents)):
        if names:
            yield Text(f"  {label} {', '.join(names)}")
    yield from attribute_lines(resource.attributes)
    yield Text(f"  written by operation {resource.operation_id} at {resource.changed_at}")
