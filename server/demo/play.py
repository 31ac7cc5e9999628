"""Playing the demo: a mock cloud, a fresh database, the script, and what is left of them."""

import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from server.bootstrap import open_services
from server.context import open_desk
from server.demo.cast import PROJECT, Cast
from server.demo.cloud import CREDENTIALS, MockCloud, mock_cloud, start_cloud
from server.demo.script import Script
from server.demo.stage import Stage
from server.settings import Settings


async def play(settings: Settings, console: Console, *, keep: bool) -> bool:
    """Play the demo and tell whether every step came as expected.

    The demo's data lies in a folder of its own. With `keep` folder, cloud and resources stay, and the way on
    is printed.

    Raises:
        NotSetUp: moto, OpenTofu or the provider is missing.
    """
    stage = Stage(console)
    with _folder(keep=keep) as home, _cloud(keep=keep) as cloud:
        own = settings.model_copy(update={"home": home, "database_url": ""})
        async with open_services(own, CREDENTIALS) as services, open_desk(services) as desk:
            await Script(Cast(desk, stage), cloud, stage).play(clean_up=not keep)
        if keep:
            _tell_how_to_go_on(console, home, cloud)
    if stage.surprises:
        console.print(f"\n[bold red]not as expected:[/] {'; '.join(stage.surprises)}")
    else:
        console.print("\n[bold green]every step came as expected[/]")
    return not stage.surprises


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    if keep:
        yield Path(tempfile.mkdtemp(prefix="intent-demo-"))
        return
    with tempfile.TemporaryDirectory(prefix="intent-demo-") as folder:
        yield Path(folder)


@contextmanager
def _cloud(*, keep: bool) -> Iterator[MockCloud]:
    if keep:
        yield start_cloud()[0]
        return
    with mock_cloud() as cloud:
        yield cloud


def _tell_how_to_go_on(console: Console, home: Path, cloud: MockCloud) -> None:
    intent = Path(sys.executable).with_name("intent")
    variables = {"INTENT_HOME": str(home), **CREDENTIALS}
    console.print("\nTo go on:", style="bold")
    for name, value in variables.items():
        console.print(f"  export {name}={shlex.quote(value)}", soft_wrap=True, highlight=False)
    for arguments in (f"project show {PROJECT}", f"history {PROJECT}", f"read {PROJECT} logs"):
        console.print(f"  {intent} {arguments}", soft_wrap=True, highlight=False)
    end = f"  kill {cloud.pid}; rm -r {shlex.quote(str(home))}"
    console.print("To end it:", style="bold")
    console.print(end, soft_wrap=True, highlight=False)
