"""`intent policy record`: real planned inputs for the tests of policies."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from engine.core.errors import InvalidInput
from engine.core.values import JsonObject
from engine.service.policies.record import record
from engine.service.policies.rehearsal import Recording
from engine.service.providers.owner import owner_of_type
from server.cli import arguments
from server.cli.output import Output, OutputOption, QuietOption, Screen, reporting
from server.cli.policy.record_given import MADE_UP, current_given, document_given, write_document
from server.cli.session import Session, run

app = typer.Typer()


class Operation(StrEnum):
    """What can be planned without a cloud."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


OperationOption = Annotated[Operation, typer.Option("--operation", help="what is planned")]
Config = Annotated[
    str | None, typer.Option("--config", metavar="FILE|JSON|-", help="the whole configuration")
]
Current = Annotated[
    str | None,
    typer.Option("--current", metavar="FILE|JSON|-", help="the object's attributes, or a recorded input"),
]
Owner = Annotated[str, typer.Option("--provider", help="found by the type's first word where left out")]
Settings = Annotated[
    str | None,
    typer.Option("--provider-config", metavar="FILE|JSON|-", help="settings of the provider"),
]
ResourceId = Annotated[str, typer.Option("--resource-id", help="the name of the resource")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="printed where left out")]


@app.command("record")
def plan_alone(
    resource_type: arguments.TypeName,
    operation: OperationOption = Operation.CREATE,
    config: Config = None,
    current: Current = None,
    provider: Owner = "",
    provider_version: arguments.ProviderVersion = "",
    provider_config: Settings = None,
    resource_id: ResourceId = "example",
    out: Out = None,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Plan a change of a resource that exists nowhere, and print what policies would see."""
    screen = Screen(output, quiet)
    with reporting(screen):
        given, settings = document_given(config, "config"), document_given(provider_config, "provider_config")
        known = current_given(current)
        if given is None and operation is not Operation.DELETE:
            raise InvalidInput(
                f"the {operation.value} has no configuration",
                field="config",
                hint="give all of it with --config: a file, or JSON as it is",
            )

    async def ask(session: Session) -> JsonObject:
        services = session.services
        wanted = Recording(
            operation=operation.value,
            resource_type=resource_type,
            provider=provider or owner_of_type(services, session.person, resource_type),
            provider_version=provider_version,
            resource_id=resource_id,
            config=given,
            current=known,
            settings=settings,
        )
        return await record(services, wanted, session.progress)

    document = run(screen, ask, doing=f"planning the {operation.value}", credentials=MADE_UP)
    if out is None:
        screen.show(document, [Text(json.dumps(document, indent=2))])
        return
    with reporting(screen):
        write_document(out, document)
    screen.show({"format_version": "1.0", "written": str(out)}, [Text(f"written to {out}")])
