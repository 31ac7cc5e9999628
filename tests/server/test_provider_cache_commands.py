"""`intent provider install|verify|list|prune` as a person and as a program see them, settings included."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner, Result

from engine.adapters.cache.machine import this_platform
from engine.testing.registry_standin import RegistryStandIn
from server.cli.main import app
from tests.service.depot_stage import files, pin

PLATFORM: Final = this_platform()


class Terminal:
    """A person's terminal with settings of its own."""

    def __init__(self, folder: Path, registry: RegistryStandIn) -> None:
        self.cache = folder / "cache"
        self.registry = registry
        self.environment = {
            "INTENT_HOME": str(folder / "home"),
            "INTENT_PROVIDERS_CACHE": str(self.cache),
            "INTENT_REGISTRY_URL": registry.url,
            "INTENT_ACTOR": "ada",
        }

    def run(self, *arguments: str, **settings: str) -> Result:
        """Call the command."""
        return CliRunner().invoke(app, list(arguments), env={**self.environment, **settings})

    def json(self, *arguments: str, **settings: str) -> Any:
        """Call the command and return its document."""
        return json.loads(self.run(*arguments, "--output", "json", "--quiet", **settings).stdout)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with RegistryStandIn() as registry:
        for version in ("3.0.0", "3.1.0"):
            registry.add_provider(pin(version), PLATFORM, files(version))
        yield Terminal(tmp_path, registry)


def test_installing_says_each_step_and_then_the_result(terminal: Terminal) -> None:
    done = terminal.run("provider", "install", "hashicorp/null@~> 3.0.0")
    assert done.exit_code == 0, done.output
    folder = terminal.cache / f"registry.opentofu.org/hashicorp/null/3.0.0/{PLATFORM}"
    executable = folder / "terraform-provider-null_v3.0.0_x5"
    assert done.stdout.splitlines() == [f"✓ hashicorp/null 3.0.0 installed: {executable}"]
    kinds = [line.split()[0] for line in done.stderr.splitlines()]
    assert kinds == ["fetching", "checked", "fetching", "checked", "installed"]
    again = terminal.json("provider", "install", "hashicorp/null@3.0.0")
    assert (again["format_version"], [item["state"] for item in again["items"]]) == ("1.0", ["found"])


def test_one_of_several_that_fails_is_reported_beside_the_others(terminal: Terminal) -> None:
    done = terminal.run("provider", "install", "x/y", "../z", "hashicorp/null")
    assert (done.exit_code, "✗ x/y: no place has a provider x/y" in done.stdout) == (6, True), done.output
    assert "hashicorp/null 3.1.0 installed" in done.stdout
    report = terminal.json("provider", "install", "x/y", "hashicorp/null")
    assert [item["name"] for item in report["items"]] == ["hashicorp/null 3.1.0"]
    assert [(one["wanted"], one["error"]["code"]) for one in report["errors"]] == [("x/y", "not_found")]


def test_what_is_installed_is_listed_and_verified(terminal: Terminal) -> None:
    assert terminal.json("provider", "list") == {"format_version": "1.0", "packages": []}
    terminal.run("provider", "install", "hashicorp/null")
    (package,) = terminal.json("provider", "list")["packages"]
    assert {key: package[key] for key in ("provider", "version", "platform", "source", "signer")} == {
        "provider": "hashicorp/null",
        "version": "3.1.0",
        "platform": PLATFORM,
        "source": f"registry {terminal.registry.url.partition('//')[2]} in place of registry.opentofu.org",
        "signer": terminal.registry.fingerprint,
    }
    assert {one[:3] for one in package["hashes"]} == {"h1:", "zh:"}
    listed = terminal.run("provider", "list").stdout
    assert terminal.registry.fingerprint[-16:] in listed
    well = terminal.run("provider", "verify")
    assert (well.exit_code, "as installed, signed by" in well.stdout) == (0, True)
    assert terminal.run("provider", "verify", "hashicorp/null", "--quiet").stdout == ""
    assert terminal.run("provider", "verify", "hashicorp/aws").exit_code == 6


@pytest.mark.requirement("5.2.changed")
def test_verifying_fails_and_names_what_mends_a_changed_package(terminal: Terminal) -> None:
    terminal.run("provider", "install", "hashicorp/null")
    executable = next(terminal.cache.glob("*/*/*/*/*/terraform-provider-*"))
    executable.chmod(0o755)
    executable.write_bytes(b"another")
    ill = terminal.run("provider", "verify")
    assert ill.exit_code == 1
    assert "terraform-provider-null_v3.1.0_x5 is not the file that was installed" in ill.stdout
    assert "mend: run `intent provider install hashicorp/null@3.1.0`" in ill.stdout
    doctor = terminal.run("doctor")
    assert doctor.exit_code == 1
    assert "✗ provider cache" in doctor.stdout
    assert "mend:    intent provider install hashicorp/null@3.1.0" in doctor.stdout
    report = terminal.json("provider", "verify")
    assert (report["ok"], [one["ok"] for one in report["packages"]]) == (False, [False])
    assert terminal.run("provider", "install", "hashicorp/null@3.1.0").exit_code == 0
    assert terminal.run("provider", "verify").exit_code == 0


@pytest.mark.requirement("5.2.prune")
def test_pruning_keeps_the_newest_and_sweeps_what_was_left(terminal: Terminal) -> None:
    terminal.run("provider", "install", "hashicorp/null@3.0.0", "hashicorp/null@3.1.0")
    leftovers = [
        terminal.cache / ".scratch" / ("a" * 32),
        terminal.cache / ".parts" / ("b" * 32),
        terminal.cache / f"registry.opentofu.org/hashicorp/null/2.0.0/{PLATFORM}",
    ]
    for folder in leftovers:
        folder.mkdir(parents=True)
        (folder / "half").write_bytes(b"x" * 1_000)
        (folder / "half").chmod(0o444)
    foreign = terminal.cache / f"registry.opentofu.org/hashicorp/null/1.0.0/{PLATFORM}"
    foreign.mkdir(parents=True)
    (foreign / "terraform-provider-null").write_bytes(b"of a person")
    verified = terminal.json("provider", "verify")
    assert {Path(one["path"]) for one in verified["leftovers"]} == set(leftovers)
    dry = terminal.json("provider", "prune", "--dry-run")
    wet = terminal.json("provider", "prune")
    assert {**dry, "dry_run": False} == wet
    assert [one["version"] for one in wet["removed"]] == ["3.0.0"]
    assert [one["version"] for one in wet["kept"]] == ["3.1.0"]
    assert {one["kind"] for one in wet["leftovers"]} == {"scratch", "part", "unrecorded"}
    assert wet["freed_bytes"] > 3_000
    assert [one["version"] for one in terminal.json("provider", "list")["packages"]] == ["3.1.0"]
    provider = terminal.cache / "registry.opentofu.org/hashicorp/null"
    assert sorted(path.name for path in provider.iterdir()) == ["1.0.0", "3.1.0"]
    assert [path.name for path in foreign.iterdir()] == ["terraform-provider-null"]
    assert [folder for folder in leftovers if folder.exists()] == []
    assert terminal.run("provider", "prune", "--keep", "0").exit_code == 0
    assert terminal.json("provider", "list")["packages"] == []
    assert terminal.run("provider", "prune", "--keep", "-1").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "settings", "code", "words"),
    [
        (("hashicorp/external",), {}, 1, "refused by !hashicorp/external of the built-in list"),
        (
            ("hashicorp/null",),
            {"INTENT_PROVIDERS_ALLOW": "!*/*"},
            1,
            "refused by !*/* of INTENT_PROVIDERS_ALLOW",
        ),
        (("hashicorp/null@9.0.0",), {}, 6, "the newest are 3.1.0, 3.0.0"),
        (("hashicorp/null", "--platform", "linux_foo"), {}, 6, f"there are packages for {PLATFORM}"),
        (("hashicorp/null@~> 9.0",), {}, 6, "no version of hashicorp/null"),
        (("hashicorp/../null",), {}, 2, "a provider is named namespace/name"),
        (("hashicorp/null", "--platform", "../x"), {}, 2, "a platform is"),
        (("hashicorp/null",), {"INTENT_OFFLINE": "true"}, 1, "no place could be asked"),
    ],
)
def test_what_cannot_be_installed_ends_with_the_exit_code_of_its_kind(
    terminal: Terminal, arguments: tuple[str, ...], settings: dict[str, str], code: int, words: str
) -> None:
    done = terminal.run("provider", "install", *arguments, **settings)
    assert (done.exit_code, words in done.stderr) == (code, True), done.stderr
    assert "hint: " in done.stderr
    assert list(terminal.cache.glob("registry*")) == []


@pytest.mark.requirement("5.2.allow", "5.2.sources")
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("INTENT_PROVIDERS_ALLOW", "hashicorp"),
        ("INTENT_PROVIDERS_ALLOW", "hashicorp/aws,,"),
        ("INTENT_PROVIDERS_MIRRORS", "providers"),
        ("INTENT_PROVIDERS_MIRRORS", "http://mirror.example.com/"),
        ("INTENT_PROVIDERS_UNSIGNED", "perhaps"),
    ],
)
@pytest.mark.parametrize(
    "arguments",
    [
        *(
            ("provider", "install", "hashicorp/null"),
            ("provider", "verify"),
            ("provider", "prune"),
            ("doctor",),
        ),
        *(("project", "list"), ("mcp",), ("setup",)),
    ],
)
def test_a_malformed_setting_ends_a_command_at_its_start(
    terminal: Terminal, variable: str, value: str, arguments: tuple[str, ...]
) -> None:
    done = terminal.run(*arguments, **{variable: value})
    assert (done.exit_code, variable in done.stderr) == (2, True), done.output
    assert (terminal.registry.requests, terminal.cache.exists()) == ([], False)
