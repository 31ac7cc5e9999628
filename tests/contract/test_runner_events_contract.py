"""What every runner tells of an effect while it happens."""

import pytest

from engine.core.operations.steps import EffectEvent
from tests.contract.runner_benches import Bench, quiet

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.1.journal-events")]


async def test_each_effect_is_told_as_it_comes_with_the_id_of_what_it_leaves(bench: Bench, name: str) -> None:
    heard: list[EffectEvent] = []

    async def hear(event: EffectEvent) -> None:
        if event.type != "apply_progress":
            heard.append(event)

    state = await bench.made(name)
    job = bench.job("update", bench.config(f"{name}-2"), state)
    async with bench.runner.open(job, quiet) as run:
        await run.plan()
        assert heard == []
        await run.apply(hear)
    started = {"delete": name, "create": None}
    assert {(e.action, e.object_id) for e in heard if e.type == "apply_start"} == set(started.items())
    assert [e for e in heard if e.type != "apply_start"] == [
        EffectEvent(type="apply_complete", action="delete"),
        EffectEvent(type="apply_complete", action="create", object_id=f"{name}-2"),
    ]


async def test_an_effect_that_the_provider_refuses_is_told_as_errored(bench: Bench, name: str) -> None:
    heard: list[EffectEvent] = []

    async def hear(event: EffectEvent) -> None:
        heard.append(event)

    await bench.made(name)
    async with bench.runner.open(bench.job("create", bench.config(name)), quiet) as run:
        await run.plan()
        applied = await run.apply(hear)
    assert applied.failure is not None
    assert heard == [
        EffectEvent(type="apply_start", action="create"),
        EffectEvent(type="apply_errored", action="create"),
    ]
