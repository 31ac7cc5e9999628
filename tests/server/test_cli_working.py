"""A command whose operation another process works on."""

import anyio
import pytest

from engine.core.auth.principals import person
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service import lease
from engine.service.create import create
from engine.service.projects.create import create_project
from engine.service.report import report
from engine.service.run import run
from engine.service.services import Services
from engine.testing.engines import FakeEngine, make_services
from server.cli import working
from server.cli.output import Output, Screen
from server.cli.session import Session
from server.settings import Settings

pytestmark = pytest.mark.anyio

ADA = person("ada")


async def quiet(_text: str) -> None:
    """Hear nothing."""


async def asked(engine: FakeEngine) -> Operation:
    await create_project(engine.services, ADA, "demo")
    return await create(
        engine.services,
        ADA,
        "demo",
        resource_id="logs",
        provider="testing/fake",
        resource_type="fake_bucket",
        config={"name": "logs"},
    )


def session(engine: FakeEngine) -> Session:
    return Session(engine.services, ADA, quiet, Screen(Output.TEXT, quiet=True), Settings())


async def test_what_another_process_works_on_is_followed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_services()
    operation = await asked(engine)
    looked, states = anyio.Event(), []

    def look(services: Services, running: Operation) -> bool:
        looked.set()
        return lease.lapsed(services, running)

    async def follow() -> None:
        assert await working.work_through(session(engine), operation.id)
        states.append((await report(engine.services, ADA, operation.id)).operation.state)

    async def hold(_job: Job) -> None:
        tasks.start_soon(follow)
        await looked.wait()

    monkeypatch.setattr(working, "lapsed", look)
    engine.runner.hooks["apply"] = hold
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            await run(engine.services, operation.id, quiet)
    assert states == [OperationState.FINISHED]


async def test_what_a_lost_process_worked_on_is_not_waited_for() -> None:
    engine = make_services()
    operation = await asked(engine)

    async def die(_job: Job) -> None:
        raise SystemError("the machine lost power")

    engine.runner.hooks["plan"] = die
    with pytest.raises(ExceptionGroup):
        await run(engine.services, operation.id, quiet)
    engine.clock.advance(1_000)
    with anyio.fail_after(10):
        assert await working.work_through(session(engine), operation.id)
    assert (await report(engine.services, ADA, operation.id)).operation.state is OperationState.PLANNING
