"""Explaining recorded decisions: which decision, which policies, and who may ask."""

import pytest

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.errors import EngineError, Forbidden, InvalidInput, NotFound
from engine.core.policy.decision import Outcome
from engine.service.policies.why import why
from engine.testing.builders import identifier
from engine.testing.engines import ALLOW, DENY
from tests.service.world import ADA, World

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("3.3.why")]


async def test_every_policy_that_was_asked_is_explained_in_the_version_that_decided(world: World) -> None:
    await world.govern(f"{ALLOW}\nallow contains 1\n", "first")
    await world.govern(DENY, "second")
    denied = await world.create()
    await world.govern(ALLOW, "second")
    told = await why(world.services, ADA, denied.id)
    assert (told.operation_id, told.decision_id, told.outcome) == (
        denied.id,
        denied.decision_id,
        Outcome.DENIED,
    )
    assert [(each.name, each.version, [r.rule for r in each.rules]) for each in told.policies] == [
        ("first", 1, ["allow"]),
        ("second", 1, []),
    ]
    assert (told.lost, told.not_applicable, told.redacted) == ((), (), ())
    one = await why(world.services, ADA, denied.id, policy="second")
    assert [each.name for each in one.policies] == ["second"]


async def test_an_earlier_decision_of_an_operation_is_explained_by_its_own_id(world: World) -> None:
    await world.govern(DENY)
    denied = await world.create()
    assert denied.decision_id is not None
    assert await why(world.services, ADA, denied.decision_id) == await why(world.services, ADA, denied.id)


async def test_secrets_of_the_recorded_input_are_named_and_not_shown(world: World) -> None:
    await world.govern(DENY)
    denied = await world.create("key", {"name": "key", "value": "c4n4ry-s3cret"}, resource_type="fake_secret")
    told = await why(world.services, ADA, denied.id)
    assert told.redacted == ("resource.proposed_state.value",)
    assert "c4n4ry" not in told.model_dump_json()


async def test_a_policy_whose_source_is_not_the_one_that_decided_is_named(world: World) -> None:
    await world.govern(DENY)
    denied = await world.create()
    assert denied.decision_id is not None
    async with world.services.store.transaction() as transaction:
        recorded = await transaction.decisions.find(denied.decision_id)
        policy_input = await transaction.decisions.input(denied.decision_id)
        assert recorded is not None
        assert policy_input is not None
        other = recorded.policies[0].model_copy(update={"digest": "another"})
        again = recorded.model_copy(update={"policies": (other,)})
        await transaction.decisions.add(identifier(77), denied.id, again, policy_input)
    told = await why(world.services, ADA, identifier(77))
    assert (told.policies, told.lost) == ((), ("rule v1",))


@pytest.mark.parametrize(
    ("recorded", "error", "words"),
    [
        ("nonsense", InvalidInput, "is a UUID"),
        (identifier(4711), NotFound, "there is no operation and no decision"),
    ],
)
async def test_what_was_never_decided_is_not_found(
    world: World, recorded: str, error: type[EngineError], words: str
) -> None:
    with pytest.raises(error, match=words):
        await why(world.services, ADA, recorded)


async def test_an_operation_that_no_policy_was_asked_about_says_so(world: World) -> None:
    queued = await world.queued()
    with pytest.raises(NotFound, match="no policy was asked about operation"):
        await why(world.services, ADA, queued.id)


async def test_a_policy_that_was_not_asked_is_not_found(world: World) -> None:
    await world.govern(DENY)
    denied = await world.create()
    with pytest.raises(NotFound, match="policy rul was not asked") as refused:
        await why(world.services, ADA, denied.id, policy="rul")
    assert refused.value.hint == "did you mean rule?"


@pytest.mark.parametrize("missing", [Scope.POLICIES_READ, Scope.RESOURCES_READ])
async def test_who_may_not_read_policies_and_resources_is_told_nothing(world: World, missing: Scope) -> None:
    await world.govern(DENY)
    denied = await world.create()
    reader = Principal(
        subject="eve", kind=PrincipalKind.TOKEN, client="cli", scopes=frozenset(Scope) - {missing}
    )
    with pytest.raises(Forbidden):
        await why(world.services, reader, denied.id)
