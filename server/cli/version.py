"""`intent version`."""

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import Final

import typer
from rich.text import Text

from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen

app = typer.Typer()

_DISTRIBUTION: Final = "intent-engine"


@app.command()
def version(output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """Say which version this is."""
    found = _version()
    document = {"format_version": FORMAT_VERSION, "version": found, "python": platform.python_version()}
    Screen(output, quiet).show(
        document, [Text(f"{_DISTRIBUTION} {found} (Python {platform.python_version()})")]
    )


def _version() -> str:
    try:
        return installed_version(_DISTRIBUTION)
    except PackageNotFoundError:
        return "not installed"
