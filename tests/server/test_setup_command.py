"""`intent setup` and `intent doctor` as a person and as a program see them, against a stand-in registry."""

import json
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.ports.artifacts import Step, StepKind
from engine.service.doctor import Check
from engine.testing.registry_standin import RegistryStandIn
from server.bootstrap.places import Places
from server.cli.setup import StepPrinter, register

PIN: Final = ProviderPin(address=ProviderAddress.parse("hashicorp/null"), version=Version.parse("2.1.2"))
TOFU: Final = b'#!/bin/sh\necho \'{"terraform_version": "1.10.7"}\'\n'
MANIFEST: Final = """
format_version = "1.0"
[opentofu]
minimum = "1.6.0"
[opentofu.release]
version = "1.10.7"
downloads = "{url}/releases"
key = "{url}/opentofu.asc"
key_fingerprint = "{fingerprint}"
[[provider]]
address = "hashicorp/null"
version = "2.1.2"
"""


@pytest.fixture
def stand_in() -> Iterator[RegistryStandIn]:
    with RegistryStandIn() as serving:
        serving.add_provider(PIN, "linux_amd64", [("terraform-provider-null_v2.1.2_x4", b"provider")])
        serving.add_release("1.10.7", "linux_amd64", TOFU)
        yield serving


@pytest.fixture
def places(tmp_path: Path, stand_in: RegistryStandIn) -> Places:
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(MANIFEST.format(url=stand_in.url, fingerprint=stand_in.fingerprint))
    return Places(
        home=tmp_path / "home",
        manifest=manifest,
        tools=tmp_path / "tools",
        mirror=tmp_path / "mirror",
        tofu=None,
        environment={"PATH": "/bin"},
        registries={"registry.opentofu.org": stand_in.url},
        platform="linux_amd64",
    )


async def _nothing_further() -> Sequence[Check]:
    return ()


@pytest.fixture
def app(places: Places) -> typer.Typer:
    made = typer.Typer()
    register(made, lambda: places, _nothing_further)
    return made


def test_setup_says_each_step_and_then_the_result(app: typer.Typer, places: Places) -> None:
    folder = places.mirror / "registry.opentofu.org/hashicorp/null/2.1.2/linux_amd64"
    executable = folder / "terraform-provider-null_v2.1.2_x4"
    done = CliRunner().invoke(app, ["setup"])
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"✓ OpenTofu installed: {places.tools}/bin/tofu",
        f"✓ hashicorp/null 2.1.2 installed: {executable}",
    ]
    kinds = [line.split()[0] for line in done.stderr.splitlines()]
    assert kinds == ["fetching", "checked", "fetching", "checked", "installed"] * 2


def test_setup_answers_programs_with_json_alone(app: typer.Typer) -> None:
    runner = CliRunner()
    first = json.loads(runner.invoke(app, ["setup", "--output", "json", "--quiet"]).stdout)
    done = runner.invoke(app, ["setup", "--output", "json", "--quiet"])
    second = json.loads(done.stdout)
    assert [(item["name"], item["state"]) for item in first["items"]] == [
        ("OpenTofu", "installed"),
        ("hashicorp/null 2.1.2", "installed"),
    ]
    assert second["format_version"] == "1.0"
    assert [item["state"] for item in second["items"]] == ["found", "found"]
    assert done.stderr == ""


def test_doctor_fails_until_setup_ran_and_names_the_command(app: typer.Typer) -> None:
    runner = CliRunner()
    ill = runner.invoke(app, ["doctor"])
    assert ill.exit_code == 1
    assert "✗ hashicorp/null 2.1.2: nothing found" in ill.stdout
    assert (
        "    mend:    intent setup (or: run `intent setup` where registry.opentofu.org can be" in ill.stdout
    )
    runner.invoke(app, ["setup"])
    well = runner.invoke(app, ["doctor", "--output", "json"])
    report = json.loads(well.stdout)
    assert (well.exit_code, report["ok"], report["format_version"]) == (0, True, "1.0")
    assert runner.invoke(app, ["doctor", "--quiet"]).stdout == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_the_words_of_another_program_cannot_drive_the_terminal(*, terminal: bool) -> None:
    printed = StringIO()
    step = Step(
        kind=StepKind.UNAVAILABLE,
        subject="null",
        text="failed",
        untrusted="first\n\nclear \x1b[2J \u202e [bold]end[/bold]",
    )
    console = Console(file=printed, force_terminal=terminal, no_color=True, width=200)
    with StepPrinter(console, quiet=False) as printer:
        printer.report(step)
    assert "\x1b[2J" not in printed.getvalue()
    assert "\u202e" not in printed.getvalue()
    assert "| clear \ufffd[2J \ufffd [bold]end[/bold]" in printed.getvalue()


def test_bytes_move_one_line_on_a_terminal_and_none_in_a_pipe() -> None:
    def printed(write: Callable[[StepPrinter], None], *, terminal: bool) -> str:
        file = StringIO()
        with StepPrinter(Console(file=file, force_terminal=terminal, width=80), quiet=False) as printer:
            write(printer)
        return file.getvalue()

    def arrive(printer: StepPrinter) -> None:
        for done in (1, 2):
            printer.report(
                Step(kind=StepKind.PROGRESS, subject="null", text="zip", done_bytes=done, total_bytes=2)
            )

    assert printed(arrive, terminal=False) == ""
    assert "zip" in printed(arrive, terminal=True)
