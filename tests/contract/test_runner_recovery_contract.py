"""What every runner leaves behind, and recovers: one in memory and real OpenTofu on a mock cloud."""

import pytest

from engine.core.operations.interruption import Finding, Source
from engine.ports.runner import Applied, Clues, Job, Recovered
from tests.contract.runner_benches import Bench, quiet

pytestmark = pytest.mark.anyio


async def abandon(bench: Bench, job: Job, *, after_apply: bool) -> None:
    """Leave an open job by an exception."""
    async with bench.runner.open(job, quiet) as run:
        await run.plan()
        if after_apply:
            await run.apply()
        raise ConnectionError


@pytest.mark.requirement("2.4.workspace-private")
async def test_an_outcome_that_nobody_took_is_recovered_and_then_discarded(bench: Bench, name: str) -> None:
    job = bench.job("create", bench.config(name))
    with pytest.raises(ConnectionError):
        await abandon(bench, job, after_apply=True)
    assert bench.left() == [job.key]
    recovered = (await bench.runner.recover(job)).applied
    assert recovered is not None
    assert recovered.state is not None
    assert recovered.state.object_id == name
    await bench.runner.discard(job.key)
    assert bench.left() == []


async def test_an_exception_before_the_apply_leaves_no_workspace(bench: Bench, name: str) -> None:
    with pytest.raises(ConnectionError):
        await abandon(bench, bench.job("create", bench.config(name)), after_apply=False)
    assert bench.left() == []


async def test_a_known_object_is_recovered_from_the_cloud_alone(bench: Bench, name: str) -> None:
    state = await bench.made(name)
    bench.drift(name, "changed by the lost apply")
    job = bench.job("update", bench.config(name, "changed by the lost apply"), state)
    recovered = (await bench.runner.recover(job)).applied
    assert recovered is not None
    assert recovered.state is not None
    assert recovered.state.attributes[bench.note] == "changed by the lost apply"
    bench.remove(name)
    gone = (await bench.runner.recover(bench.job("delete", state=state))).applied
    assert gone is not None
    assert gone.state is None


def seen(recovered: Recovered) -> list[tuple[Source, Finding, str | None]]:
    """Return the objects that were asked for, each place with its finding."""
    return [(look.source, look.finding, look.object_id) for look in recovered.looks if look.object_id]


@pytest.mark.requirement("4.1.recovery-unlisted")
async def test_a_new_object_that_the_cloud_does_not_show_is_left_in_doubt_until_it_does(
    bench: Bench, name: str
) -> None:
    job = bench.job("create", bench.config(name))
    with pytest.raises(ConnectionError):
        await abandon(bench, job, after_apply=True)
    bench.remove(name)
    clues = Clues(makes=True, event_ids=(name,), planned=job.config)
    unknown = await bench.runner.recover(job, clues)
    assert (unknown.applied, unknown.found_by) == (None, None)
    assert seen(unknown) == [(Source.STATE, Finding.GONE, name), (Source.EVENT, Finding.GONE, name)]
    await bench.made(name)
    found = await bench.runner.recover(job, clues)
    assert (found.applied is not None, found.found_by) == (True, Source.STATE)


@pytest.mark.requirement("4.1.recovery-unlisted")
async def test_the_old_object_tells_nothing_of_the_new_one_in_its_place(bench: Bench, name: str) -> None:
    new = f"{name}-new"
    job = bench.job("update", bench.config(new), await bench.made(name))
    with pytest.raises(ConnectionError):
        await abandon(bench, job, after_apply=True)
    bench.remove(new)
    await bench.made(name)
    unknown = await bench.runner.recover(job, Clues(makes=True, event_ids=(new,), planned=job.config))
    assert (unknown.applied, unknown.found_by) == (None, None)
    assert seen(unknown) == [
        (Source.STATE, Finding.GONE, new),
        (Source.EVENT, Finding.GONE, new),
        (Source.REMEMBERED, Finding.FOUND, name),
    ]


@pytest.mark.requirement("4.1.recovery-unlisted")
async def test_a_deletion_that_was_made_is_settled(bench: Bench, name: str) -> None:
    job = bench.job("delete", state=await bench.made(name))
    with pytest.raises(ConnectionError):
        await abandon(bench, job, after_apply=True)
    settled = await bench.runner.recover(job)
    assert (settled.applied, settled.found_by) == (Applied(state=None), Source.STATE)


async def test_a_creation_without_a_trace_cannot_be_told(bench: Bench, name: str) -> None:
    job = bench.job("create", bench.config(name))
    assert (await bench.runner.recover(job)).applied is None
    await bench.runner.discard(job.key)
