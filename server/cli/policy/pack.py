"""`intent policy pack`: the packs that ship with the engine, and attaching one to a project."""

import json
from typing import Annotated

import anyio
import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.packs import PolicyPack
from engine.service.policies.attach_pack import AttachedPolicy, attach_pack
from server.bootstrap.evaluation import open_evaluator
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting, table
from server.cli.session import load_settings, run
from server.packs import pack_names, read_pack

app = typer.Typer(name="pack", help="List, show and attach packs of guardrails.", no_args_is_help=True)

PackName = Annotated[str, typer.Argument(metavar="PACK", help="the pack's name")]


@app.command("list")
def list_(output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """List the packs."""
    screen = Screen(output, quiet)
    with reporting(screen):
        packs = [read_pack(name) for name in pack_names()]
    documents: list[JsonValue] = [
        {"pack": pack.name, "title": pack.title, "policies": [policy.name for policy in pack.policies]}
        for pack in packs
    ]
    rows = [(pack.name, str(len(pack.policies)), pack.title) for pack in packs]
    screen.show(
        {"format_version": FORMAT_VERSION, "packs": documents},
        [table(("PACK", "POLICIES", "TITLE"), rows)],
    )


@app.command()
def show(name: PackName, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """Say what is in a pack: each policy with its severity, its title and the parameters it is given."""
    screen = Screen(output, quiet)
    with reporting(screen):
        pack = read_pack(name)
        about = anyio.run(_about, pack)
    policies: list[JsonValue] = [
        {"policy": policy.name, **metadata.model_dump(mode="json"), "parameters": policy.parameters}
        for policy, metadata in zip(pack.policies, about, strict=True)
    ]
    rows = [
        (policy.name, metadata.severity.value if metadata.severity else "", metadata.title)
        for policy, metadata in zip(pack.policies, about, strict=True)
    ]
    screen.show(
        {
            "format_version": FORMAT_VERSION,
            "pack": pack.name,
            "title": pack.title,
            "description": pack.description,
            "policies": policies,
        },
        [
            Text(f"{pack.name}: {pack.title}"),
            Text(pack.description),
            table(("POLICY", "SEVERITY", "TITLE"), rows),
            *(
                Text(f"  {policy.name} is given {json.dumps(policy.parameters)}")
                for policy in pack.policies
                if policy.parameters
            ),
        ],
    )


@app.command()
def attach(
    name: PackName,
    project: arguments.Project,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Store the policies of a pack and attach them to a project; policies of your own names are kept."""
    screen = Screen(output, quiet)
    with reporting(screen):
        pack = read_pack(name)
    attached = run(
        screen,
        lambda session: attach_pack(session.services, session.person, pack, project),
        doing="checking the policies of the pack",
    )
    screen.show(
        attached,
        [
            Text(f"pack {attached.pack} binds project {attached.project}"),
            *(Text(f"  {_told(policy)}") for policy in attached.policies),
        ],
    )


async def _about(pack: PolicyPack) -> list[PolicyMetadata]:
    async with open_evaluator(load_settings()) as evaluator:
        return [(await evaluator.check(policy.candidate)).metadata for policy in pack.policies]


def _told(policy: AttachedPolicy) -> str:
    said = [f"{policy.policy} v{policy.version}"]
    if policy.stored == "kept":
        said.append("kept as it is stored, which is not as in the pack")
    if not policy.attached:
        said.append("was attached before")
    if not policy.enabled:
        said.append(f"disabled: it binds after `intent policy enable {policy.policy}`")
    return "; ".join(said)
