"""The page about setting providers up tells the truth: its tables, its names, its settings, its commands."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from typer.main import get_command

from engine.core.addrs import ConfiguredProvider
from engine.core.providers.credentials import credential_marks
from engine.core.providers.environment import (
    CLOUDS,
    NETWORK,
    NEVER,
    PROGRAMS,
    PROXIES,
    program_variables,
    provider_variables,
)
from engine.core.providers.schema import Attribute, Block, NestedBlock
from engine.core.values import JsonObject, true_paths
from server.cli.main import app

PAGE: Final = (Path(__file__).parents[2] / "docs" / "how-to" / "providers.md").read_text()
SETTINGS: Final[list[JsonObject]] = [
    json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
]
COMMANDS: Final = [
    shlex.split(line, comments=True)[1:]
    for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
    if line.startswith("intent ")
]


def _rows(heading: str) -> Iterator[tuple[str, list[str]]]:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0].split("Deliberately not passed:")[0]
    for first, second in re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE):
        yield first, re.findall(r"`([A-Za-z_]+\*?)`", second)


@pytest.mark.requirement("5.5.environment")
def test_the_table_of_variables_is_the_allow_list() -> None:
    rows = {first: names for first, names in _rows("What of the environment reaches providers") if names}
    written = {
        "any program": [*PROGRAMS],
        "files and the network": [*NETWORK],
        "proxies, without user and password": [*PROXIES],
        **{cloud: [*names] for cloud, names in CLOUDS.items()},
        "what the operator adds": ["INTENT_PROVIDERS_ENVIRONMENT"],
    }
    assert rows == written


@pytest.mark.requirement("5.5.environment")
def test_what_the_page_says_is_never_passed_is() -> None:
    told = PAGE.split("Deliberately not passed:")[1]
    families = re.findall(r"`([A-Z_]+)\*`", told)
    assert {*NEVER} <= {*families}
    caller = {f"{family}X": "x" for family in families} | {"GITHUB_TOKEN": "x"}
    assert (provider_variables(caller), program_variables(caller)) == ({}, {})


@pytest.mark.requirement("5.5.environment")
def test_every_variable_that_the_page_tells_to_set_reaches_providers() -> None:
    credentials = PAGE.split("## Credentials\n")[1].split("\n## ")[0]
    names = {*re.findall(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b", credentials)} - {
        "INTENT_PROVIDERS_ENVIRONMENT",
        "DIGITALOCEAN_TOKEN",
    }
    assert len(names) > 15
    assert provider_variables(dict.fromkeys(names, "x")).keys() == names


def _loose(settings: JsonObject) -> Block:
    """Return a schema that takes these settings: the providers of other clouds are not at hand."""
    blocks = {
        name: NestedBlock(nesting_mode="list", block=_loose(value))
        for name, value in settings.items()
        if isinstance(value, dict)
    }
    attributes = {name: Attribute(type="dynamic", optional=True) for name in settings.keys() - blocks.keys()}
    return Block(attributes=attributes, block_types=blocks)


@pytest.mark.requirement("5.5.secrets")
def test_the_settings_of_the_page_name_configured_providers_and_hold_no_secret() -> None:
    assert {key.split("/")[1].split(".")[0] for each in SETTINGS for key in each} == {
        "aws",
        "azurerm",
        "google",
    }
    for each in SETTINGS:
        for key, settings in each.items():
            assert str(ConfiguredProvider.parse(key)) == key
            assert isinstance(settings, dict)
            assert true_paths(credential_marks(_loose(settings), settings)) == ()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_commands_of_the_page_are_commands(command: list[str]) -> None:
    group = get_command(app)
    context = group.make_context("intent", ["--help-is-not-asked"], resilient_parsing=True)
    name, found, rest = group.resolve_command(context, command)  # type: ignore[attr-defined]  # a group of click's
    while hasattr(found, "resolve_command"):
        context = found.make_context(name, [], parent=context, resilient_parsing=True)
        name, found, rest = found.resolve_command(context, rest)
    parsed = found.make_context(name, list(rest), parent=context)
    assert parsed.params
