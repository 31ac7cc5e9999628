"""The engines of a run, each in a process of its own: one acts and may die, another mends what it left."""

import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import anyio

from engine.core.auth.principals import Principal, person
from engine.core.errors import EngineError
from engine.core.limits import LIST_MAX
from engine.core.operations.operation import Operation, OperationKind
from engine.core.operations.states import FINAL_STATES, OperationState
from engine.core.values import JsonObject
from engine.service.create import create
from engine.service.delete import delete
from engine.service.import_ import import_
from engine.service.projects.create import create_project
from engine.service.projects.update import update_project
from engine.service.resume import resume
from engine.service.run import run
from engine.service.services import Services
from engine.service.update import update
from engine.service.upkeep.upkeep import upkeep
from server.bootstrap import open_services
from server.demo.cloud import CREDENTIALS
from server.settings import Settings
from tests.crash.mortal import Fate, mortal

AWS: Final = "hashicorp/aws"
VERSION: Final = "3.39.0"
PROJECT: Final = "crash"
RESOURCE: Final = "it"


@dataclass(frozen=True)
class Place:
    """Where the engines of one run work: data folder, database and the provider's settings."""

    home: Path
    database: Path
    settings: JsonObject


@dataclass(frozen=True)
class Asked:
    """One request."""

    kind: OperationKind
    resource_type: str
    config: JsonObject
    import_id: str = ""


@dataclass(frozen=True)
class Passed:
    """What an engine tells when it has come to its end alive: the points it passed, and what it raised."""

    points: Sequence[str]
    raised: Sequence[str] = ()


def act(line: Connection, place: Place, first: Sequence[Asked], asked: Asked, deadly: int) -> None:
    """Fulfil what comes first, say so, wait for the word, and do what is asked until death."""
    anyio.run(_act, line, place, first, asked, Fate(deadly))


def mend(line: Connection, place: Place, later_seconds: float, deadly: int) -> None:
    """Recover what is not settled, when all leases have lapsed: by upkeep, then by `resume`."""
    anyio.run(_mend, line, place, later_seconds, Fate(deadly))


async def _act(line: Connection, place: Place, first: Sequence[Asked], asked: Asked, fate: Fate) -> None:
    async with _open(place) as plain:
        services, ada = mortal(plain, fate), person("ada")
        await create_project(services, ada, PROJECT)
        await update_project(services, ada, PROJECT, provider_settings={AWS: place.settings})
        for each in first:
            done = await run(services, (await _ask(services, ada, each)).id, fate.hear)
            assert done.state is OperationState.FINISHED, done.error
        line.send("armed")
        line.recv()
        fate.armed = True
        raised = []
        try:
            await run(services, (await _ask(services, ada, asked)).id, fate.hear)
        except EngineError as error:
            raised.append(f"{error.code}: {error.message}")
        fate.armed = False
    line.send(Passed(fate.passed, raised))


async def _mend(line: Connection, place: Place, later_seconds: float, fate: Fate) -> None:
    async with _open(place) as plain:
        services = mortal(plain, fate, later_seconds)
        fate.armed = True
        raised = await _kept_up(services, fate)
        async with services.store.transaction() as transaction:
            unsettled = await transaction.operations.list(
                None, None, LIST_MAX, frozenset(OperationState) - FINAL_STATES
            )
        for operation in unsettled:
            try:
                await resume(services, person("ada"), operation.id)
                await run(services, operation.id, fate.hear)
            except EngineError as error:
                raised.append(_named(error.code, error.message, error.facts))
        if unsettled:
            raised += await _kept_up(services, fate)
        fate.armed = False
    line.send(Passed(fate.passed, raised))


async def _kept_up(services: Services, fate: Fate) -> list[str]:
    """Make a pass of upkeep, as every engine does by itself; return what could not be done."""
    report = await upkeep(services)
    for operation_id in report.due:
        await run(services, operation_id, fate.hear)
    return [_named(problem.code, problem.message, {}) for problem in report.problems]


async def _ask(services: Services, principal: Principal, asked: Asked) -> Operation:
    match asked.kind:
        case OperationKind.CREATE:
            return await create(
                services,
                principal,
                PROJECT,
                resource_id=RESOURCE,
                provider=AWS,
                provider_version=VERSION,
                resource_type=asked.resource_type,
                config=asked.config,
            )
        case OperationKind.UPDATE:
            return await update(services, principal, PROJECT, resource_id=RESOURCE, config=asked.config)
        case OperationKind.IMPORT:
            return await import_(
                services,
                principal,
                PROJECT,
                resource_id=RESOURCE,
                provider=AWS,
                provider_version=VERSION,
                resource_type=asked.resource_type,
                import_id=asked.import_id,
            )
        case _:
            return await delete(services, principal, PROJECT, resource_id=RESOURCE)


def _named(code: str, message: str, facts: Mapping[str, object]) -> str:
    """Name what a recovery could not do, as `judge` knows it where it is a true answer."""
    if "still applying" in message:
        return "still_applying"
    if code == "conflict" and facts.get("state") in FINAL_STATES:
        # It was found FAILED before it had begun anything; there is nothing to go on with.
        return "has_ended"
    return "outcome_unknown" if code == "outcome_unknown" else f"{code}: {message}"


@asynccontextmanager
async def _open(place: Place) -> AsyncIterator[Services]:
    # As a command does, an engine has a session of its own; nobody reads what it prints.
    os.setsid()
    sys.stdout.flush()
    settings = Settings(home=place.home, database_url=f"sqlite:///{place.database}")
    async with open_services(settings, CREDENTIALS) as services:
        yield services
