"""Bad input: refused before anything runs, with the field, the way out, and a record of the operation."""

from collections.abc import Awaitable
from typing import Any

import pytest
from pydantic import JsonValue

from engine.core.errors import InvalidInput, NotFound
from engine.core.limits import CONFIG_MAX_BYTES
from engine.service.create import create
from engine.service.projects.update import update_project
from engine.service.reject import reject
from engine.service.report import report
from engine.service.resume import resume
from engine.testing.builders import identifier
from tests.service.world import ADA, ADAS, BOB, BUCKET, World, outcome

pytestmark = pytest.mark.anyio

NEAR_NAME = "did you mean name?"


async def refused(world: World, config: JsonValue, **more: Any) -> tuple[str, str | None, str | None]:
    """Return code, field and hint of a create that fails, after making sure that nothing ran."""
    started: list[object] = []

    async def note(job: object) -> None:
        started.append(job)

    world.engine.runner.hooks["plan"] = note
    done = await world.create("it", config, **more)
    stored = await world.stored(done)
    assert stored.error is not None
    assert (stored.state, started, world.engine.cloud.writes[1:]) == ("FAILED", [], [])
    assert (await world.report(stored)).next == "fix"
    return stored.error.code, stored.error.field, stored.error.hint


@pytest.mark.requirement("2.4.schema-first")
@pytest.mark.parametrize(
    ("config", "field", "hint"),
    [
        pytest.param([], "config", "give a JSON object", marks=pytest.mark.requirement("2.8.not-an-object")),
        ("name", "config", "give a JSON object"),
        (3, "config", "give a JSON object"),
        pytest.param(
            {"nmae": "a", "name": "b"},
            "config.nmae",
            NEAR_NAME,
            marks=pytest.mark.requirement("2.8.unknown-key"),
        ),
        ({"name": "a", "rule": [{"prefix": "a", "dyas": 1}]}, "config.rule.0.dyas", "did you mean days?"),
        pytest.param(
            {"name": ["a"]}, "config.name", "give a string", marks=pytest.mark.requirement("2.8.wrong-type")
        ),
        ({"name": "a", "size": "big"}, "config.size", "give a number"),
        ({"name": "a", "tags": ["b"]}, "config.tags", "give a map of string"),
        pytest.param(
            {"size": 1}, "config.name", "give a string", marks=pytest.mark.requirement("2.8.missing-required")
        ),
        ({"name": None}, "config.name", "give a string"),
        ({"name": "a", "rule": [{}]}, "config.rule.0.prefix", "give a string"),
        ({"name": "a", "arn": "b"}, "config.arn", "leave it out"),
        ({"name": {"$ref": "net"}}, "config.name", 'write {"$ref": "resource_id.attribute"}'),
        ({"name": {"$ref": 3}}, "config.name", 'write {"$ref": "resource_id.attribute"}'),
        ({"name": {"$ref": "net.id", "x": 1}}, "config.name", 'write {"$ref": "…"} only'),
        ({"name": {"$ref": "none.id"}}, "config.name", "there are: net"),
        ({"name": {"$ref": "it.id"}}, "config.name", "name another resource"),
        ({"name": {"$ref": "net.none"}}, "config.name", "there is cidr, id, routed, tags"),
        ({"name": {"$ref": "net.tags"}}, "config.name", "give a string"),
        ({"$ref": "net.id"}, "config.$ref", "mend each of these"),
        ({"name": "x" * CONFIG_MAX_BYTES}, "config", "give a smaller one"),
    ],
)
async def test_a_configuration_that_cannot_be_is_refused_with_the_way_out(
    world: World, config: JsonValue, field: str, hint: str
) -> None:
    await world.create("net", {"cidr": "10.0.0.0/8"}, resource_type="fake_network")
    assert await refused(world, config) == ("invalid_input", field, hint)


@pytest.mark.requirement("2.8.meta-argument", "2.4.meta-arguments")
@pytest.mark.parametrize(
    "name",
    ["provisioner", "connection", "lifecycle", "count", "for_each", "depends_on", "provider", "dynamic"],
)
async def test_a_meta_argument_is_refused_by_name(world: World, name: str) -> None:
    code, field, hint = await refused(world, {"name": "a", name: [{"local-exec": {"command": "true"}}]})
    assert (code, field) == ("invalid_input", f"config.{name}")
    assert hint is not None
    assert hint.startswith("the engine decides these")


async def test_every_problem_of_a_configuration_is_told_at_once(world: World) -> None:
    done = await world.create(config={"nmae": "a", "size": "big"})
    assert done.error is not None
    problems = done.error.facts["problems"]
    assert isinstance(problems, list)
    assert [p["path"] for p in problems if isinstance(p, dict)] == [
        "config.nmae",
        "config.size",
        "config.name",
    ]


@pytest.mark.requirement("2.8.unknown")
@pytest.mark.parametrize(
    ("arguments", "field", "hint"),
    [
        ({"provider": "testing/fkae"}, "provider", "did you mean testing/fake?"),
        ({"provider_version": "9.9.9"}, "provider_version", "it has 2.0.0, 1.0.0"),
        (
            {"resource_type": "fake_bukket"},
            "resource_type",
            "did you mean fake_bucket or fake_subnet or fake_secret?",
        ),
    ],
)
async def test_an_unknown_provider_version_or_type_is_recorded_with_the_nearest(
    world: World, arguments: dict[str, Any], field: str, hint: str
) -> None:
    assert await refused(world, BUCKET, **arguments) == ("not_found", field, hint)


@pytest.mark.parametrize(
    ("depends_on", "hint"), [(("it",), "name another resource"), (("none",), "there are: none yet")]
)
async def test_an_explicit_dependency_must_be_another_resource(
    world: World, depends_on: tuple[str, ...], hint: str
) -> None:
    assert await refused(world, BUCKET, depends_on=depends_on) == ("invalid_input", "depends_on", hint)


async def test_a_cycle_of_references_is_refused_and_spelt(world: World) -> None:
    await world.create("one", {"name": "one"})
    await world.create("two", {"name": {"$ref": "one.arn"}})
    await world.create("three", {"name": {"$ref": "two.arn"}})
    done = await world.update({"tags": {"of": {"$ref": "three.id"}}}, "one")
    assert done.error is not None
    assert done.error.message == "the dependencies form a cycle: one → three → two → one"
    assert outcome(done) == ("FAILED", "invalid_input", "depends_on")


@pytest.mark.requirement("2.4.names-parsed")
@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"resource_id": "../up"}, "resource_id"),
        ({"resource_id": "-destroy"}, "resource_id"),
        ({"resource_id": "a\x00b"}, "resource_id"),
        ({"resource_id": "x" * 64}, "resource_id"),
        ({"provider": "../../etc"}, "provider"),
        ({"provider": "fake"}, "provider"),
        ({"provider_version": "latest"}, "provider_version"),
        ({"resource_type": "fake bucket"}, "resource_type"),
        ({"resource_type": "../fake"}, "resource_type"),
        ({"depends_on": ("../up",)}, "resource_id"),
    ],
)
async def test_names_are_parsed_before_anything_is_recorded(
    world: World, arguments: dict[str, Any], field: str
) -> None:
    given: dict[str, Any] = {
        "resource_id": "it",
        "provider": "testing/fake",
        "resource_type": "fake_bucket",
        "config": BUCKET,
        **arguments,
    }
    with pytest.raises(InvalidInput) as error:
        await create(world.services, ADAS, "demo", **given)
    assert error.value.field == field
    assert error.value.hint is not None


async def test_a_number_that_json_cannot_say_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput) as error:
        await world.create(config={"name": "a", "size": float("inf")})
    assert error.value.field == "config"


@pytest.mark.requirement("2.8.unknown")
async def test_an_unknown_operation_is_not_found(world: World) -> None:
    for ask in (
        report(world.services, ADA, identifier(999)),
        resume(world.services, ADAS, identifier(999)),
    ):
        with pytest.raises(NotFound) as error:
            await ask
        assert (error.value.field, error.value.hint) == (
            "operation_id",
            "`intent operation list` shows them",
        )


@pytest.mark.requirement("2.8.unknown")
async def test_a_request_for_an_unknown_project_is_refused(world: World) -> None:
    with pytest.raises(NotFound) as error:
        await create(
            world.services,
            ADAS,
            "dmeo",
            resource_id="it",
            provider="testing/fake",
            resource_type="fake_bucket",
            config=BUCKET,
        )
    assert error.value.hint == "did you mean demo? `intent project create dmeo` makes it"


@pytest.mark.requirement("2.8.template-text", "2.4.literals")
async def test_template_text_is_nothing_but_text(world: World) -> None:
    texts = {'${file("/etc/hostname")}': "$${x}", "k%{ if true }x%{ endif }": "%{ if true }x%{ endif }"}
    await world.create(config={"name": "logs", "tags": texts})
    assert world.engine.cloud.objects["fake_bucket", "logs"]["tags"] == texts


async def test_a_request_that_fails_says_of_which_type_the_resource_is(world: World) -> None:
    await world.create()
    failed = await world.update({"nmae": "x"})
    assert (failed.resource_type, failed.provider, failed.provider_version) == (
        "fake_bucket",
        "testing/fake",
        "2.0.0",
    )


async def test_half_a_character_is_refused_wherever_text_is_given(world: World) -> None:
    async def refused_field(asked: Awaitable[object]) -> str | None:
        with pytest.raises(InvalidInput) as refused:
            await asked
        return refused.value.field

    half = "\ud800"
    settings: dict[str, JsonValue] = {"testing/fake": {"region": half}}
    waiting = await world.queued()
    assert [
        await refused_field(world.create(config={"name": half})),
        await refused_field(world.create(config={"name": "a", "tags": {half: "b"}})),
        await refused_field(world.create(reason=half)),
        await refused_field(update_project(world.services, ADA, "demo", provider_settings=settings)),
        await refused_field(reject(world.services, BOB, waiting.id, half)),
    ] == ["config.name", "config.tags", "reason", "provider_config[testing/fake].region", "note"]
