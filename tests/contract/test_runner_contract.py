"""What every runner must do, held against the one in memory and against real OpenTofu on a mock cloud."""

import pytest

from engine.core.addrs import ProviderAddress, Version
from engine.core.errors import IntegrityFailed, NotFound, ProviderFailed
from engine.core.plans.plan import Action
from tests.contract.runner_benches import Bench, quiet

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("2.4.same-plan", "2.4.state-kept", "2.4.read-after-create")
async def test_a_create_makes_what_was_planned_and_reads_it_once(bench: Bench, name: str) -> None:
    job = bench.job("create", bench.config(name))
    async with bench.runner.open(job, quiet) as run:
        plan = await run.plan()
        assert not bench.exists(name)
        applied = await run.apply()
        assert bench.left() == [job.key]
    assert (plan.actions, plan.before, plan.drift, plan.missing) == ((Action.CREATE,), None, (), False)
    assert plan.known_after is not None
    assert plan.known_after.items() >= bench.config(name).items()
    assert isinstance(plan.unknown, dict)
    assert plan.unknown["id"] is True
    assert (applied.failure, applied.outcome_known) == (None, True)
    assert applied.state is not None
    assert applied.state.object_id == name
    assert applied.state.attributes.items() >= bench.config(name).items()
    assert (bench.exists(name), bench.left()) == (True, [])


async def test_a_plan_that_is_not_applied_changes_nothing(bench: Bench, name: str) -> None:
    async with bench.runner.open(bench.job("create", bench.config(name)), quiet) as run:
        await run.plan()
    assert (bench.exists(name), bench.left()) == (False, [])


@pytest.mark.requirement("2.4.workspace")
async def test_an_update_in_place_a_replacement_and_nothing_are_told_apart(bench: Bench, name: str) -> None:
    state = await bench.made(name)
    async with bench.runner.open(bench.job("update", bench.config(name), state), quiet) as run:
        nothing = await run.plan()
    async with bench.runner.open(bench.job("update", bench.config(f"{name}-2"), state), quiet) as run:
        replacement = await run.plan()
    job = bench.job("update", bench.config(name, "second"), state)
    async with bench.runner.open(job, quiet) as run:
        in_place = await run.plan()
        applied = await run.apply()
    assert nothing.actions == (Action.NO_OP,)
    assert (replacement.actions, replacement.replace_paths) == ((Action.DELETE, Action.CREATE), ("name",))
    assert (in_place.actions, in_place.changed) == ((Action.UPDATE,), (bench.note,))
    assert applied.state is not None
    assert applied.state.attributes[bench.note] == "second"
    assert bench.left() == []


async def test_a_delete_removes_the_object(bench: Bench, name: str) -> None:
    job = bench.job("delete", state=await bench.made(name))
    async with bench.runner.open(job, quiet) as run:
        plan = await run.plan()
        applied = await run.apply()
    assert (plan.actions, plan.after) == ((Action.DELETE,), None)
    assert (applied.state, applied.failure, bench.exists(name)) == (None, None, False)


async def test_deleting_what_is_gone_plans_nothing_and_leaves_nothing(bench: Bench, name: str) -> None:
    state = await bench.made(name)
    bench.remove(name)
    async with bench.runner.open(bench.job("delete", state=state), quiet) as run:
        plan = await run.plan()
        applied = await run.apply()
    assert (plan.actions, plan.missing) == ((Action.NO_OP,), True)
    assert (applied.state, applied.failure, applied.outcome_known) == (None, None, True)


async def test_what_is_gone_is_made_anew_by_an_update(bench: Bench, name: str) -> None:
    state = await bench.made(name)
    bench.remove(name)
    async with bench.runner.open(bench.job("update", bench.config(name), state), quiet) as run:
        plan = await run.plan()
    assert (plan.actions, plan.before, plan.missing) == ((Action.CREATE,), None, True)


async def test_an_import_reads_and_writes_nothing(bench: Bench, name: str) -> None:
    await bench.made(name)
    job = bench.job("import", import_id=name)
    async with bench.runner.open(job, quiet) as run:
        plan = await run.plan()
        applied = await run.apply()
    assert (plan.actions, plan.before) == ((Action.IMPORT,), None)
    assert applied.state is not None
    assert plan.after == applied.state.attributes
    assert applied.state.attributes[bench.note] == "first"
    assert (applied.failure, bench.left()) == (None, [])


async def test_an_import_is_rehearsed_against_a_configuration_and_nothing_comes_of_it(
    bench: Bench, name: str
) -> None:
    await bench.made(name)
    async with bench.runner.open(bench.job("import", import_id=name), quiet) as run:
        imported = await run.plan()
        same = await run.rehearse(bench.config(name))
        other = await run.rehearse(bench.config(name, note="second"))
        applied = await run.apply()
    assert (same.actions, same.changed) == ((Action.NO_OP,), ())
    assert (other.actions, other.changed) == ((Action.UPDATE,), (bench.note,))
    assert applied.state is not None
    assert applied.state.attributes == imported.after


async def test_an_import_of_nothing_is_not_found(bench: Bench, name: str) -> None:
    async with bench.runner.open(bench.job("import", import_id=name), quiet) as run:
        with pytest.raises(NotFound) as refused:
            await run.plan()
    assert (refused.value.field, bench.left()) == ("import_id", [])


async def test_a_refresh_tells_drift_attribute_by_attribute(bench: Bench, name: str) -> None:
    state = await bench.made(name)
    async with bench.runner.open(bench.job("refresh", state=state), quiet) as run:
        assert (await run.plan()).actions == (Action.NO_OP,)
    bench.drift(name, "drifted")
    async with bench.runner.open(bench.job("refresh", state=state), quiet) as run:
        plan = await run.plan()
        applied = await run.apply()
    assert (plan.actions, plan.missing) == ((Action.REFRESH,), False)
    assert (bench.note, "first", "drifted") in [(d.path, d.before, d.after) for d in plan.drift]
    assert applied.state is not None
    assert plan.after == applied.state.attributes
    assert applied.state.attributes[bench.note] == "drifted"


async def test_a_refresh_of_what_is_gone_says_missing(bench: Bench, name: str) -> None:
    state = await bench.made(name)
    bench.remove(name)
    async with bench.runner.open(bench.job("refresh", state=state), quiet) as run:
        plan = await run.plan()
        applied = await run.apply()
    assert (plan.actions, plan.missing, plan.after) == ((Action.REFRESH,), True, None)
    assert (applied.state, applied.failure) == (None, None)


async def test_an_update_tells_what_drifted_before_it(bench: Bench, name: str) -> None:
    state = await bench.made(name)
    bench.drift(name, "drifted")
    async with bench.runner.open(bench.job("update", bench.config(name), state), quiet) as run:
        plan = await run.plan()
    assert plan.actions == (Action.UPDATE,)
    assert (bench.note, "first", "drifted") in [(d.path, d.before, d.after) for d in plan.drift]


async def test_a_plan_that_changes_nothing_remembers_what_drifted_when_it_is_applied(
    bench: Bench, name: str
) -> None:
    state = await bench.made(name)
    bench.drift(name, "second")
    async with bench.runner.open(bench.job("update", bench.config(name, "second"), state), quiet) as run:
        plan = await run.plan()
        applied = await run.apply()
    assert (plan.actions, [d.path for d in plan.drift if d.path == bench.note]) == (
        (Action.NO_OP,),
        [bench.note],
    )
    assert (applied.failure, applied.outcome_known) == (None, True)
    assert applied.state is not None
    assert applied.state.attributes[bench.note] == "second"


async def test_a_refused_change_is_a_failure_with_the_clouds_words(bench: Bench, name: str) -> None:
    await bench.made(name)
    applied = await bench.apply(bench.job("create", bench.config(name)))
    assert (applied.state, applied.outcome_known) == (None, True)
    assert applied.failure is not None
    assert "exists" in applied.failure
    assert bench.left() == []


async def test_a_data_source_is_read(bench: Bench, name: str) -> None:
    await bench.made(name)
    read = await bench.runner.read_data_source(bench.question(name))
    assert (read["id"], read["value"]) == (name, "tops3cret")
    with pytest.raises(ProviderFailed) as refused:
        await bench.runner.read_data_source(bench.question(f"{name}-none"))
    assert refused.value.untrusted
    assert bench.left() == []


async def test_a_provider_or_a_version_that_is_not_there_is_not_found(bench: Bench, name: str) -> None:
    job = bench.job("create", bench.config(name))
    other = bench.pin.model_copy(update={"address": ProviderAddress.parse("no/such")})
    newer = bench.pin.model_copy(update={"version": Version.parse("99.0.0")})
    for pin in (other, newer):
        with pytest.raises(NotFound):
            async with bench.runner.open(job.model_copy(update={"pin": pin}), quiet):
                raise AssertionError
        with pytest.raises(NotFound):
            await bench.runner.read_data_source(bench.question("a").model_copy(update={"pin": pin}))
    assert bench.left() == []


@pytest.mark.requirement("4.4.unknown")
async def test_a_value_known_only_later_is_planned_as_unknown_and_never_applied(
    bench: Bench, name: str
) -> None:
    job = bench.job("create", {**bench.config(name), bench.note: {"$ref": "other.id"}})
    async with bench.runner.open(job, quiet) as run:
        plan = await run.plan()
        with pytest.raises(IntegrityFailed, match="not known before"):
            await run.apply()
    assert plan.actions == (Action.CREATE,)
    assert isinstance(plan.unknown, dict)
    assert plan.unknown[bench.note] is True
    assert plan.known_after is not None
    assert bench.note not in plan.known_after
    assert plan.known_after["name"] == name
    assert (bench.exists(name), bench.left()) == (False, [])


async def test_what_is_known_only_later_may_replace_an_object(bench: Bench, name: str) -> None:
    state = await bench.made(name)
    job = bench.job("update", {**bench.config(name), "name": {"$ref": "other.id"}}, state)
    async with bench.runner.open(job, quiet) as run:
        replacement = await run.plan()
    assert (replacement.replaces, replacement.replace_paths) == (True, ("name",))
