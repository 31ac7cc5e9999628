"""`intent provider`: what a person is shown, and what a program reads, of providers at hand and of others."""

from pathlib import Path

import pytest

from engine.core.addrs import ProviderAddress, Version
from engine.core.providers.minimal import VALID_IN_FORM
from engine.ports.registry import Documentation, DocumentedType, Finding, OfferedVersion, PageKind
from engine.testing.schemas import FAKE
from tests.server.cli_stage import Stage, set_stage

CLOUD = ProviderAddress.parse("hashicorp/cloud")
V2 = Version.parse("2.0.0")
PAGES = Path(__file__).parents[1] / "golden" / "pages"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    """Return a stage whose registry knows one provider more."""
    stage = set_stage(monkeypatch, tmp_path)
    registry = stage.engine.registry
    registry.offered = {FAKE: [OfferedVersion(version=V2, platforms=("any_any",))]}
    registry.findings = [Finding(address=CLOUD, version=V2, description="A cl\u202eoud.\nIt rains.")]
    box = DocumentedType(kind=PageKind.RESOURCE, name="cloud_box", document="box")
    registry.documented = {CLOUD: [Documentation(address=CLOUD, version=V2, types=(box,))]}
    registry.pages = {"cloud_box": (PAGES / "sections.md").read_text()}
    return stage


@pytest.mark.requirement("5.4.command")
def test_a_search_lists_what_is_found_and_marks_what_others_say(stage: Stage) -> None:
    shown = stage.run("provider", "search", "cloud").stdout.splitlines()
    assert shown[0].split() == ["NAME", "IS", "PROVIDER", "VERSION", "INSTALLED", "DESCRIPTION"]
    assert shown[1].startswith("hashicorp/cloud")
    assert shown[1].rstrip().endswith("A cl\\u202eoud.\\nIt rains.")
    found = stage.json("provider", "search", "fake", "bucket")
    assert [(one["type"], one["kinds"]) for one in found["untrusted_found"]] == [
        ("fake_bucket", ["resource", "data_source"])
    ]
    (only,) = stage.json("provider", "search")["untrusted_found"]
    assert (only["provider"], only["version"], only["installed"]) == ("testing/fake", "2.0.0", True)
    nothing = stage.run("provider", "search", "zzzz")
    assert "nothing is called that" in nothing.stderr
    assert (nothing.exit_code, nothing.stdout) == (0, "")


@pytest.mark.requirement("5.4.command")
def test_versions_are_marked(stage: Stage) -> None:
    assert [
        line.split() for line in stage.run("provider", "versions", "testing/fake").stdout.splitlines()
    ] == [
        ["VERSION", "INSTALLED", "OFFERED", "USED", "FOR", "THIS", "MACHINE"],
        ["2.0.0", "yes", "yes", "yes"],
        ["1.0.0", "yes", "yes"],
    ]
    assert stage.json("provider", "versions", "testing/fake")["versions"][1] == {
        "version": "1.0.0",
        "installed": True,
        "offered": False,
        "used": False,
        "here": True,
    }


@pytest.mark.requirement("5.4.command", "5.4.project")
def test_with_a_project_its_version_is_told(stage: Stage) -> None:
    created = stage.create("old", "--provider-version", "1.0.0")
    assert created.exit_code == 0, created.output
    for question in (("describe", "testing/fake"), ("resource", "fake_bucket"), ("examples", "fake_bucket")):
        assert stage.json("provider", *question, "--project", "demo")["version"] == "1.0.0"
        assert stage.json("provider", *question)["version"] == "2.0.0"
    versions = stage.json("provider", "versions", "testing/fake", "--project", "demo")["versions"]
    assert [(each["version"], each["used"]) for each in versions] == [("2.0.0", False), ("1.0.0", True)]


@pytest.mark.requirement("5.4.command")
def test_a_provider_is_described_with_its_groups_and_settings(stage: Stage) -> None:
    found = stage.json("provider", "describe", "testing/fake", "--filter", "bucket")
    assert (found["source"], found["install"]) == ("schema", None)
    assert found["untrusted_schema"]["groups"] == {"bucket": 2}
    assert found["untrusted_schema"]["resources"] == ["fake_bucket"]
    assert list(found["untrusted_schema"]["settings"]["attributes"]) == ["endpoints.buckets"]
    shown = stage.run("provider", "describe", "testing/fake").stdout
    assert "  resource     fake_bucket" in shown.splitlines()
    assert "  data source  fake_secret" in shown.splitlines()


@pytest.mark.requirement("5.4.command")
def test_a_type_is_shown_with_what_is_known_of_it(stage: Stage) -> None:
    found = stage.json("provider", "resource", "fake_secret", "--required")
    assert found["untrusted_schema"]["attributes"] == {
        name: {
            "type": "string",
            "required": True,
            "optional": False,
            "computed": False,
            "sensitive": name == "value",
            "deprecated": False,
            "description": "",
        }
        for name in ("name", "value")
    }
    assert found["untrusted_schema"]["smallest"] == {"name": "example", "value": "example"}
    rows = [line.split() for line in stage.run("provider", "data-source", "fake_bucket").stdout.splitlines()]
    assert ["arn", "string", "read-only"] in rows
    blocks = [line.split() for line in stage.run("provider", "resource", "fake_bucket").stdout.splitlines()]
    assert ["rule", "list", "block", "0", "or", "more"] in blocks


@pytest.mark.requirement("5.4.command", "5.4.registry")
def test_what_is_not_installed_is_shown_with_the_command_that_brings_it(stage: Stage) -> None:
    shown = stage.run(
        "provider", "resource", "cloud_box", "--provider", "hashicorp/cloud"
    ).stdout.splitlines()
    command = "intent provider install hashicorp/cloud@2.0.0"
    assert shown[:2] == [
        "cloud_box: resource of hashicorp/cloud 2.0.0",
        f"not installed; from the registry's documentation. Exactly: {command}",
    ]
    assert "conflicts: name, name_prefix" in shown
    assert [line for line in shown if line.startswith("import id: top/blue (Boxes can be taken in")]
    found = stage.json("provider", "resource", "cloud_box", "--provider", "hashicorp/cloud")
    assert found["source"] == "registry"
    assert found["install"] == "intent provider install hashicorp/cloud@2.0.0"
    assert found["untrusted_schema"]["import"]["example"] == "top/blue"
    assert found["untrusted_schema"]["blocks"]["lid"]["nesting"] == "block"


@pytest.mark.requirement("5.4.command", "5.4.examples")
def test_examples_are_text_to_copy_and_configs_to_give(stage: Stage) -> None:
    done = stage.run("provider", "examples", "fake_bucket")
    assert done.stdout == (
        '# smallest (from the schema)\nresource "fake_bucket" "example" {\n  name = "example"\n}\n\n'
    )
    assert "without the registry's words and examples" in done.stderr
    assert VALID_IN_FORM in done.stderr
    (smallest,) = stage.json("provider", "examples", "fake_bucket")["untrusted_examples"]
    assert smallest["config"] == {"name": "example"}
    created = stage.create("made", config=smallest["config"])
    assert created.exit_code == 0, created.output


@pytest.mark.requirement("5.4.unknown")
@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("resource", "fake_bukket"), 6, "did you mean fake_bucket"),
        (("describe", "testing/fakes"), 6, "testing/fake"),
        (("versions", "testing/fakes"), 6, "did you mean testing/fake?"),
        (("examples", "fake_bucket", "--provider-version", "2.0.1"), 6, "did you mean 2.0.0?"),
        (("describe", "fake"), 2, "for example hashicorp/aws"),
    ],
)
def test_unknown_names_exit_with_the_nearest(
    stage: Stage, arguments: tuple[str, ...], code: int, hint: str
) -> None:
    refused = stage.run("provider", *arguments)
    assert refused.exit_code == code
    assert hint in refused.stderr


@pytest.mark.requirement("5.4.unknown")
def test_a_filter_that_leaves_nothing_is_answered_with_the_nearest_names(stage: Stage) -> None:
    note = "no name holds 'nmae'; the nearest: name"
    assert note in stage.json("provider", "resource", "fake_bucket", "--filter", "nmae")["notes"]
    shown = stage.run("provider", "resource", "fake_bucket", "--filter", "nmae")
    assert note in shown.stderr
    assert shown.stdout.splitlines() == ["fake_bucket: resource of testing/fake 2.0.0"]
    note = "no name holds 'fake_bukcet'; the nearest: fake_bucket, fake_subnet, fake_secret"
    assert note in stage.json("provider", "describe", "testing/fake", "--filter", "fake_bukcet")["notes"]
    assert note in stage.run("provider", "describe", "testing/fake", "--filter", "fake_bukcet").stderr
    assert "nearest" not in stage.run("provider", "describe", "testing/fake", "--filter", "bucket").stderr
