"""`intent policy pack`: what the packs are, what is in one, and attaching it."""

from pathlib import Path

import pytest

from tests.server.cli_stage import Stage, set_stage

pytestmark = pytest.mark.requirement("3.5.packs")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


def test_the_packs_are_listed(stage: Stage) -> None:
    listed = stage.json("policy", "pack", "list")
    assert [pack["pack"] for pack in listed["packs"]] == ["baseline", "cis-aws", "production", "sandbox"]
    assert "allow_the_rest" in listed["packs"][0]["policies"]
    assert "What no project should be without" in stage.run("policy", "pack", "list").stdout


def test_a_pack_is_shown_with_what_its_policies_are_about(stage: Stage) -> None:
    shown = stage.json("policy", "pack", "show", "production")
    policies = {policy["policy"]: policy for policy in shown["policies"]}
    assert shown["pack"] == "production"
    freeze = policies["change_freeze"]
    assert (freeze["severity"], freeze["parameters"]) == ("medium", {"answer": "review"})
    assert freeze["title"] == "Nothing changes while changes are frozen"
    text = stage.run("policy", "pack", "show", "production").stdout
    assert 'change_freeze is given {"answer": "review"}' in text
    assert "required_tags is given" not in text


def test_a_pack_is_attached_and_again_is_nothing_new(stage: Stage) -> None:
    first = stage.json("policy", "pack", "attach", "cis-aws", "demo")
    assert (first["pack"], first["project"]) == ("cis-aws", "demo")
    assert {(p["stored"], p["attached"], p["version"]) for p in first["policies"]} == {("added", True, 1)}
    again = stage.json("policy", "pack", "attach", "cis-aws", "demo")
    assert {(p["stored"], p["attached"]) for p in again["policies"]} == {("unchanged", False)}
    text = stage.run("policy", "pack", "attach", "cis-aws", "demo").stdout
    assert "pack cis-aws binds project demo" in text
    assert "  kms_rotation v1; was attached before" in text.splitlines()


def test_ones_own_policy_is_said_to_be_kept(stage: Stage) -> None:
    own = stage.home.parent / "own.rego"
    own.write_text("package intent\n")
    assert stage.run("policy", "add", "kms_rotation", str(own)).exit_code == 0
    text = stage.run("policy", "pack", "attach", "cis-aws", "demo").stdout
    assert "  kms_rotation v1; kept as it is stored, which is not as in the pack" in text.splitlines()


def test_an_unknown_pack_or_project_exits_with_six(stage: Stage) -> None:
    for arguments in (("show", "basline"), ("attach", "basline", "demo"), ("attach", "baseline", "demos")):
        assert stage.run("policy", "pack", *arguments).exit_code == 6
    assert "did you mean baseline?" in stage.run("policy", "pack", "show", "basline").stderr
