"""Every command: that it loads, that its help and its page agree with it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from typer.main import get_group
from typer.testing import CliRunner

from server.cli.deferred import load
from server.cli.main import COMMANDS, app

# The one speaks its protocol, the other is a show.
_WITHOUT_A_RESULT: Final = ("mcp", "demo")
PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "command.md"


def _commands() -> Iterator[tuple[str, Any]]:
    """Yield each command that people call, with its full name."""
    for name, deferred in COMMANDS.items():
        group = get_group(load(deferred.module).app)
        if group.name != name:
            yield name, group.commands[name]
            continue
        if group.invoke_without_command:
            yield name, group
        yield from _below(name, group)


def _below(name: str, group: Any) -> Iterator[tuple[str, Any]]:
    """Yield each command of a group and of the groups in it."""
    for inner, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _below(f"{name} {inner}", command)
        elif not command.hidden:
            yield f"{name} {inner}", command


def _section(name: str) -> str:
    found = re.search(
        rf"^### `intent {re.escape(name)}\b[^\n]*\n(.*?)(?=^##|\Z)",
        PAGE.read_text(),
        re.MULTILINE | re.DOTALL,
    )
    assert found is not None, f"no section for intent {name}"
    return found.group(0)


@pytest.mark.requirement("2.6.command")
@pytest.mark.parametrize(("name", "command"), list(_commands()), ids=lambda value: str(value)[:30])
def test_every_command_says_what_it_does_and_has_a_section_with_all_its_options(
    name: str, command: Any
) -> None:
    done = CliRunner().invoke(app, [*name.split(), "--help"])
    assert done.exit_code == 0
    assert command.help
    assert command.help.split("\n")[0].endswith(".")
    section = _section(name)
    shared = {"--output", "--quiet"}
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert sorted(options - shared - set(re.findall(r"--[a-z0-9-]+", section))) == []
    if name not in _WITHOUT_A_RESULT:
        assert shared <= options


def test_no_section_describes_what_there_is_not() -> None:
    described = set(re.findall(r"^### `intent ((?:[a-z-]+ ?)+)", PAGE.read_text(), re.MULTILINE))
    assert {name.strip() for name in described} == {name for name, _ in _commands()}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    assert COMMANDS[name].text in re.sub(
        r"\s+", " ", CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout
    )


def test_a_name_that_is_near_a_command_is_answered_with_it() -> None:
    done = CliRunner().invoke(app, ["operatoin", "list"])
    assert (done.exit_code, "Did you mean 'operation'?" in done.stderr) == (2, True)
