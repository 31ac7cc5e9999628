"""What goes wrong at the command: one clear error, where it belongs, with the exit code of its kind."""

import json
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.core.errors import EngineError
from server.problems import EXIT_OF_ERROR, ExitCode
from tests.server.cli_stage import BUCKET, Stage, set_stage

NOWHERE = "019b7c9a-9000-7000-8000-000000000003"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    made = set_stage(monkeypatch, tmp_path)
    made.create("logs")
    return made


def _create(name: str = "more", **options: str) -> tuple[str, ...]:
    given = {"type": "fake_bucket", "provider": "testing/fake", "config": '{"name": "more"}', **options}
    return ("create", "demo", name, *(part for key, value in given.items() for part in (f"--{key}", value)))


@pytest.mark.parametrize(
    ("arguments", "code", "field", "hint"),
    [
        (("project", "show", "dem"), 6, "project", "did you mean demo?"),
        (("project", "show", "xyz"), 6, "project", "`intent project create xyz` makes it"),
        (("project", "create", "demo"), 5, "project", None),
        (("project", "create", "no name"), 2, "project", "use a letter or digit"),
        (("project", "create", "x", "--label", "A B"), 2, "labels", "prod or env:prod"),
        (("read", "demo", "log"), 6, "resource_id", "did you mean logs?"),
        (("read", "demo", "xyz"), 6, "resource_id", "`intent project show demo` lists them"),
        (("read", "demo"), 2, "resource_id", "give one of the two"),
        (("read", "demo", "logs", *BUCKET), 2, "resource_id", "give one of the two"),
        (("operation", "show", NOWHERE), 6, "operation_id", "intent operation list"),
        (("operation", "show", "no-id"), 2, "operation_id", "intent operation list"),
        (("operation", "resume", NOWHERE), 6, "operation_id", None),
        (("approve", NOWHERE), 6, "operation_id", None),
        (("history", "demo", "--limit", "501"), 2, "limit", None),
        (("policy", "show", "rules"), 6, "policy", "`intent policy list` shows them"),
        (("policy", "attach", "rules", "demo"), 6, "policy", None),
        (("provider", "versions", "aws"), 2, "provider", "hashicorp/aws"),
        (("provider", "versions", "testing/fak"), 6, "provider", "did you mean testing/fake?"),
        (_create(config="[1]"), 2, "config", "give a JSON object"),
        (_create(config="{"), 2, "config", "@FILE"),
        (_create(config='{"name": "a", "name": "b"}'), 2, "config", "@FILE"),
        (_create(config="@nowhere.json"), 2, "config", "@FILE"),
        (_create(config='{"name": "a", "tag": {}}'), 2, "config.tag", "did you mean tags?"),
        (_create(config='{"name": {"x": 1}}'), 2, "config.name", "give a string"),
        (_create(config="{}"), 2, "config.name", "give a string"),
        (_create(config='{"name": "a", "count": 2}'), 2, "config.count", "the engine decides these"),
        (_create(config='{"name": "a", "provisioner": {}}'), 2, "config.provisioner", None),
        (_create(config='{"name": {"$ref": "lgs.id"}}'), 2, "config.name", "there are: logs"),
        (_create(type="fake_buckett"), 6, "resource_type", "did you mean fake_bucket"),
        (_create(type="Not A Type"), 2, "resource_type", None),
        (_create(provider="testing/fak"), 6, "provider", "did you mean testing/fake?"),
        (_create(provider="../x"), 2, "provider", None),
        (_create(**{"provider-version": "9.9.9"}), 5, "provider_version", "leave the version out"),
        (_create(name="1st"), 2, "resource_id", "use a letter"),
        (_create(name="logs"), 5, "resource_id", "choose another id"),
        (_create(**{"idempotency-key": "a b"}), 2, "idempotency_key", None),
        (_create(**{"depends-on": "nothing"}), 2, "depends_on", "there are: logs"),
    ],
)
def test_bad_input_names_the_field_and_the_way_out(
    stage: Stage, arguments: Sequence[str], code: int, field: str, hint: str | None
) -> None:
    text = stage.run(*arguments)
    document = json.loads(stage.run(*arguments, "--output", "json").stdout)
    error = document["error"]
    assert (text.exit_code, error["field"]) == (code, field), text.output
    assert hint is None or hint in error["hint"]
    assert text.stderr.startswith(f"error: {error['message']} (field: {field})\n")
    assert "Traceback" not in text.output
    assert stage.engine.cloud.writes == [("create", "fake_bucket", "logs")]


def test_an_error_is_one_whole_document(stage: Stage) -> None:
    assert stage.json("project", "show", "dem") == {
        "format_version": "1.0",
        "error": {
            "code": "not_found",
            "message": "there is no project dem",
            "field": "project",
            "hint": "did you mean demo? `intent project create dem` makes it",
            "facts": {},
            "untrusted_detail": None,
        },
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("create", "demo"),
        ("project", "show"),
        ("history", "demo", "--limit", "many"),
        (*_create(), "--wait", "-1"),
        (*_create(), "--wait", "3601"),
        ("refresh", "demo", "--accept", "all"),
        ("project", "list", "--output", "xml"),
    ],
)
def test_wrong_usage_exits_with_two_and_says_so_on_stderr(stage: Stage, arguments: Sequence[str]) -> None:
    done = stage.run(*arguments)
    assert (done.exit_code, done.stdout, done.stderr != "") == (2, "", True)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("nothing",), None),
        (("--nothing",), "--nothing"),
        (("project", "nothing"), None),
        (("create", "demo"), "resource_id"),
        (("history", "demo", "--limit", "many"), "limit"),
        (("refresh", "demo", "--nothing"), "--nothing"),
    ],
)
def test_wrong_usage_is_the_document_of_an_error_where_one_is_asked_for(
    stage: Stage, arguments: Sequence[str], field: str | None
) -> None:
    for option in (("--output", "json"), ("--output=json",)):
        done = stage.run(*arguments, *option)
        document = json.loads(done.stdout)
        error = document.pop("error")
        assert (done.exit_code, done.stderr, document) == (2, "", {"format_version": "1.0"})
        assert (error["code"], error["field"]) == ("invalid_input", field)
        assert (error["message"] != "", error["hint"].endswith("--help` shows what it takes")) == (True, True)


def test_the_version_is_an_option_too(stage: Stage) -> None:
    assert stage.run("--version").stdout == stage.run("version").stdout


def test_a_setting_that_cannot_be_taken_is_named(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTENT_APPROVALS_SEPARATION", "none")
    done = stage.run("project", "list", "--output", "json")
    error = json.loads(done.stdout)["error"]
    assert (done.exit_code, error["field"]) == (2, "INTENT_APPROVALS_SEPARATION")
    assert error["message"].startswith("INTENT_APPROVALS_SEPARATION: Input should be 'principal' or 'person'")


@pytest.mark.requirement("5.5.environment")
def test_a_variable_that_is_never_passed_on_ends_the_command_at_its_start(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTENT_PROVIDERS_ENVIRONMENT", "GITHUB_TOKEN,TF_LOG")
    done = stage.run("project", "list", "--output", "json")
    error = json.loads(done.stdout)["error"]
    assert (done.exit_code, error["field"]) == (2, "INTENT_PROVIDERS_ENVIRONMENT")
    assert "TF_LOG is never passed on" in error["message"]


def test_who_nobody_knows_is_asked_for_a_name(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4242")

    monkeypatch.setattr("getpass.getuser", nobody)
    done = stage.run("project", "list", actor="")
    assert (done.exit_code, done.stderr.splitlines()[1]) == (2, "hint: name yourself in INTENT_ACTOR")


@pytest.mark.requirement("2.8.database")
def test_a_corrupt_database_is_called_one_and_left_alone(stage: Stage) -> None:
    database = stage.home / "intent.db"
    for companion in stage.home.glob("intent.db-*"):
        companion.unlink()
    database.write_bytes(b"no database " * 1000)
    done = stage.run("project", "list")
    assert (done.exit_code, "is not a SQLite database" in done.stderr) == (1, True)
    assert "hint: name another file in INTENT_DATABASE_URL" in done.stderr
    assert database.read_bytes() == b"no database " * 1000


@pytest.mark.requirement("2.8.read-only")
def test_a_home_that_cannot_be_written_is_named(stage: Stage) -> None:
    (stage.home / "file").write_text("")
    home = stage.home / "file" / "home"
    done = Stage(stage.engine, home).run("project", "list")
    assert (done.exit_code, str(home) in done.stderr) == (1, True)
    assert "hint: make the file and its folder writable" in done.stderr


@pytest.mark.requirement("2.8.read-only")
def test_a_database_that_may_not_be_written_is_named(stage: Stage) -> None:
    database = stage.home / "intent.db"
    database.chmod(stat.S_IRUSR)
    done = stage.run("project", "create", "web")
    database.chmod(stat.S_IRUSR | stat.S_IWUSR)
    # Whoever may do anything, may do this.
    assert done.exit_code == 0 or "writable" in done.stderr


@pytest.mark.requirement("2.6.command")
def test_every_error_has_an_exit_code_and_every_row_of_the_contract_is_used() -> None:
    def codes(error: type[EngineError]) -> set[str]:
        return {error.code}.union(*(codes(kind) for kind in error.__subclasses__()))

    shown = {code for code in codes(EngineError) if code in EXIT_OF_ERROR}
    assert sorted(codes(EngineError) - shown) == []
    assert {ExitCode.OK, ExitCode.WAITING, *EXIT_OF_ERROR.values()} == set(ExitCode)
