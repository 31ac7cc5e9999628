"""`intent audit`: the chain of what was done."""

import json
from typing import Annotated

import typer
from rich.text import Text

from engine.service.export_audit import export_audit
from engine.service.verify_audit import verify_audit
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen
from server.cli.session import run

app = typer.Typer(name="audit", help="Verify and hand out the audit chain.", no_args_is_help=True)

ProjectOption = Annotated[str | None, typer.Option("--project", help="the entries of this project alone")]


@app.command()
def verify(output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """Walk the whole chain; fails at the first entry that was changed, removed, added or moved."""
    screen = Screen(output, quiet)
    count = run(
        screen,
        lambda session: verify_audit(session.services, session.person),
        doing="verifying the audit chain",
    )
    screen.show(
        {"format_version": FORMAT_VERSION, "verified": True, "entries": count},
        [Text(f"verified: {count} entries follow from one another")],
    )


@app.command()
def export(
    project: ProjectOption = None, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False
) -> None:
    """Print the chain, oldest first: one JSON object a line, or one document with --output json."""
    screen = Screen(output, quiet)
    chain = run(screen, lambda session: export_audit(session.services, session.person, project))
    entries = [entry.model_dump(mode="json") for entry in chain]
    screen.show(
        {"format_version": FORMAT_VERSION, "entries": list(entries)},
        (Text(json.dumps(entry)) for entry in entries),
    )
