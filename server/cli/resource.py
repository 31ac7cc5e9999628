"""`intent create`, `update` and `delete`: changes that are planned, decided and applied."""

from typing import Annotated

import typer

from engine.core.operations.operation import Operation, UpdateMode
from engine.service.change_sets.cascade import delete_cascade
from engine.service.create import create as ask_to_create
from engine.service.delete import delete as ask_to_delete
from engine.service.update import update as ask_to_update
from server.cli import arguments
from server.cli.given import given_json
from server.cli.operating import perform
from server.cli.output import Output, OutputOption, QuietOption, Screen, reporting
from server.cli.session import Session

app = typer.Typer()

DependsOn = Annotated[
    list[str] | None,
    typer.Option("--depends-on", metavar="RESOURCE_ID", help="a resource to be made before; repeat for more"),
]
Mode = Annotated[UpdateMode, typer.Option("--mode", help="merge into the configuration, or replace it")]

Cascade = Annotated[
    bool, typer.Option("--cascade", help="destroy everything that depends on it too, as one change set")
]


@app.command()
def create(
    project: arguments.Project,
    resource_id: arguments.ResourceId,
    resource_type: arguments.TypeName,
    provider: arguments.Provider,
    config: arguments.ConfigText,
    provider_version: arguments.ProviderVersion = "",
    provider_alias: arguments.ProviderAlias = "",
    depends_on: DependsOn = None,
    *,
    dry_run: arguments.DryRun = False,
    wait: arguments.Wait = None,
    idempotency_key: arguments.Key = None,
    reason: arguments.Reason = "",
    output: OutputOption = Output.TEXT,
    quiet: QuietOption = False,
) -> None:
    """Create a resource: plan it, ask the policies, apply it where they allow."""
    screen = Screen(output, quiet)
    with reporting(screen):
        wanted = given_json(config, "config")

    async def ask(session: Session) -> Operation:
        return await ask_to_create(
            session.services,
            session.person,
            project,
            resource_id=resource_id,
            provider=provider,
            resource_type=resource_type,
            config=wanted,
            provider_version=provider_version,
            provider_alias=provider_alias,
            depends_on=tuple(depends_on or ()),
            dry_run=dry_run,
            reason=reason,
            idempotency_key=idempotency_key,
        )

    perform(screen, ask, wait, f"creating {resource_id}")


@app.command()
def update(
    project: arguments.Project,
    resource_id: arguments.ResourceId,
    config: arguments.ConfigText,
    mode: Mode = UpdateMode.MERGE,
    *,
    dry_run: arguments.DryRun = False,
    wait: arguments.Wait = None,
    idempotency_key: arguments.Key = None,
    reason: arguments.Reason = "",
    output: OutputOption = Output.TEXT,
    quiet: QuietOption = False,
) -> None:
    """Change a resource. With merge, given top-level keys replace, a map whole; null removes, others stay."""
    screen = Screen(output, quiet)
    with reporting(screen):
        wanted = given_json(config, "config")

    async def ask(session: Session) -> Operation:
        return await ask_to_update(
            session.services,
            session.person,
            project,
            resource_id=resource_id,
            config=wanted,
            mode=mode,
            dry_run=dry_run,
            reason=reason,
            idempotency_key=idempotency_key,
        )

    perform(screen, ask, wait, f"updating {resource_id}")


@app.command()
def delete(
    project: arguments.Project,
    resource_id: arguments.ResourceId,
    *,
    cascade: Cascade = False,
    dry_run: arguments.DryRun = False,
    wait: arguments.Wait = None,
    idempotency_key: arguments.Key = None,
    reason: arguments.Reason = "",
    output: OutputOption = Output.TEXT,
    quiet: QuietOption = False,
) -> None:
    """Destroy a resource. Refused while others depend on it, unless they are destroyed with it."""

    async def ask(session: Session) -> Operation:
        if cascade:
            return await delete_cascade(
                session.services,
                session.person,
                project,
                resource_ids=[resource_id],
                dry_run=dry_run,
                reason=reason,
                idempotency_key=idempotency_key,
            )
        return await ask_to_delete(
            session.services,
            session.person,
            project,
            resource_id=resource_id,
            dry_run=dry_run,
            reason=reason,
            idempotency_key=idempotency_key,
        )

    perform(Screen(output, quiet), ask, wait, f"deleting {resource_id}")
