"""`intent import` and `eject`: what exists in the cloud comes under, or leaves, the engine's care."""

from typing import Annotated

import typer

from engine.core.operations.operation import Operation
from engine.service.eject import eject as ask_to_eject
from engine.service.import_ import import_ as ask_to_import
from server.cli import arguments
from server.cli.operating import perform
from server.cli.output import Output, OutputOption, QuietOption, Screen
from server.cli.session import Session

app = typer.Typer()

ImportId = Annotated[
    str, typer.Option("--import-id", help="the object's id, as the provider's documentation of the type says")
]


@app.command("import")
def import_(
    project: arguments.Project,
    resource_id: arguments.ResourceId,
    resource_type: arguments.TypeName,
    provider: arguments.Provider,
    import_id: ImportId,
    provider_version: arguments.ProviderVersion = "",
    provider_alias: arguments.ProviderAlias = "",
    *,
    wait: arguments.Wait = None,
    idempotency_key: arguments.Key = None,
    reason: arguments.Reason = "",
    output: OutputOption = Output.TEXT,
    quiet: QuietOption = False,
) -> None:
    """Take an object that exists in the cloud into a project; policies see what was read."""

    async def ask(session: Session) -> Operation:
        return await ask_to_import(
            session.services,
            session.person,
            project,
            resource_id=resource_id,
            provider=provider,
            resource_type=resource_type,
            import_id=import_id,
            provider_version=provider_version,
            provider_alias=provider_alias,
            reason=reason,
            idempotency_key=idempotency_key,
        )

    perform(Screen(output, quiet), ask, wait, f"importing {resource_id}")


@app.command()
def eject(
    project: arguments.Project,
    resource_id: arguments.ResourceId,
    *,
    wait: arguments.Wait = None,
    reason: arguments.Reason = "",
    output: OutputOption = Output.TEXT,
    quiet: QuietOption = False,
) -> None:
    """Forget a resource; its object stays in the cloud as it is. No policy is asked."""
    perform(
        Screen(output, quiet),
        lambda session: ask_to_eject(
            session.services, session.person, project, resource_id=resource_id, reason=reason
        ),
        wait,
        f"ejecting {resource_id}",
    )
