"""How the command writes: nothing that a terminal obeys, no colour in a pipe, progress after a second."""

import io
import json

import anyio
import anyio.lowlevel
import pytest
import typer
from rich.console import Console
from rich.text import Text

from engine.core.errors import NotFound, StoreFailed
from engine.core.operations.operation import OperationError
from engine.core.values import Difference
from server.cli import progress
from server.cli.operation_text import difference_lines
from server.cli.output import Output, Screen, one_line, reporting, spelt, table

HOSTILE = "a\x1b[2J\u202e\u200b\n\tb"


def test_hostile_text_is_escaped_wherever_it_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(Output.TEXT, quiet=False)
    differences = [Difference(path=HOSTILE, before=HOSTILE, after={HOSTILE: HOSTILE})]
    screen.show({}, [*difference_lines(differences), table((HOSTILE[:1],), [(HOSTILE,)])])
    screen.fail(OperationError(code="x", message=HOSTILE, hint=HOSTILE, untrusted_detail=HOSTILE))
    screen.note(HOSTILE)
    printed = "".join(capsys.readouterr())
    assert not set(printed) & {"\x1b", "\u202e", "\u200b"}
    assert one_line(HOSTILE) == "a\\u001b[2J\\u202e\\u200b\\n\\tb"
    assert spelt(HOSTILE) == '"a\\u001b[2J\\u202e\\u200b\\n\\tb"'


def test_markup_and_emoji_in_text_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(Output.TEXT, quiet=False).show({}, [Text("[bold]x[/bold] :smile:"), table(("A",), [("[red]y",)])])
    assert capsys.readouterr().out == "[bold]x[/bold] :smile:\nA     \n[red]y\n"


def test_documents_are_ascii_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(Output.JSON, quiet=False).show({"a": HOSTILE, "lone": "\ud800"}, ())
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed) == {"a": HOSTILE, "lone": "\ud800"}


def test_long_rows_are_not_broken_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(Output.TEXT, quiet=False).show({}, [table(("A", "B"), [("x" * 300, "y" * 300)])])
    assert capsys.readouterr().out.splitlines()[1] == f"{'x' * 300}  {'y' * 300}"


def test_errors_that_a_task_group_wrapped_are_reported_and_faults_of_the_program_pass() -> None:
    screen = Screen(Output.JSON, quiet=False)
    wrapped = ExceptionGroup("tasks", [ExceptionGroup("more", [NotFound("it is not there")])])
    with pytest.raises(typer.Exit) as ended, reporting(screen):
        raise wrapped
    assert ended.value.exit_code == 6
    mixed = ExceptionGroup("tasks", [StoreFailed("no"), ZeroDivisionError()])
    with pytest.raises(ExceptionGroup) as passed, reporting(screen):
        raise mixed
    assert passed.value is mixed


@pytest.mark.anyio
@pytest.mark.parametrize(("quiet", "expected"), [(False, "… begun\n… said \\u001b\n"), (True, "")])
async def test_progress_is_plain_lines_in_a_pipe_once_the_patience_is_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, quiet: bool, expected: str
) -> None:
    monkeypatch.setattr(progress, "_PATIENCE_SECONDS", 0.0)
    async with progress.progress_line(Screen(Output.TEXT, quiet=quiet), "begun") as hear:
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(5):
            while not quiet and capsys.readouterr().err != "… begun\n":
                await anyio.lowlevel.checkpoint()
        for _ in range(2):
            await hear("said \x1b")
    assert capsys.readouterr().err == expected.removeprefix("… begun\n")


@pytest.mark.anyio
async def test_progress_within_the_first_second_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    async with progress.progress_line(Screen(Output.TEXT, quiet=False), "begun") as hear:
        await hear("said")
    assert capsys.readouterr().err == ""


@pytest.mark.anyio
async def test_progress_moves_one_line_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    terminal = Console(file=written, force_terminal=True, width=80)
    monkeypatch.setattr(progress, "_PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(Screen, "margin", property(lambda _: terminal))
    async with progress.progress_line(Screen(Output.TEXT, quiet=False), "begun"):
        with anyio.fail_after(5):
            while "begun" not in written.getvalue():  # noqa: ASYNC110 - another thread draws
                await anyio.sleep(0.01)
    assert written.getvalue().endswith("\x1b[2K")
