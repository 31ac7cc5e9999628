"""`intent policy input-schema`: the form of what policies see. Needs neither home nor database."""

import json

import typer
from rich.text import Text

from engine.core.policy.input_schema import input_schema
from server.cli.output import Output, OutputOption, QuietOption, Screen

app = typer.Typer()


@app.command("input-schema")
def print_schema(output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """Print the JSON Schema of the policy input, with an example for each operation."""
    schema = input_schema()
    Screen(output, quiet).show(schema, [Text(json.dumps(schema, indent=2))])
