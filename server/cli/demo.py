"""`intent demo`: the main job on a mock cloud, step by step."""

import importlib.util
from functools import partial
from typing import Annotated, Final

import anyio
import typer
from rich.console import Console

from engine.core.errors import NotSetUp
from server.cli.deferred import load
from server.cli.output import Output, Screen, reporting
from server.cli.session import load_settings
from server.problems import ExitCode

# Another front, and one that needs packages which only the extra `demo` brings.
_PLAY: Final = "server.demo.play"
_NEEDED: Final = ("boto3", "moto")

KeepOption = Annotated[
    bool, typer.Option("--keep", help="leave cloud, data and resources, and say how to go on")
]

app = typer.Typer()


@app.command()
def demo(*, keep: KeepOption = False) -> None:
    """Play the demo; exits with 0 only if every step came as expected."""
    with reporting(Screen(Output.TEXT, quiet=False)):
        missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
        if missing:
            raise NotSetUp(
                f"the demo needs {' and '.join(missing)}", hint="pip install 'intent-engine[demo]'"
            )
        came = anyio.run(partial(load(_PLAY).play, load_settings(), Console(), keep=keep))
    raise typer.Exit(ExitCode.OK if came else ExitCode.FAILED)
