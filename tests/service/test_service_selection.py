"""A thousand policies on a real database and the real engine: a write evaluates the few that apply."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from pydantic import JsonValue

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.adapters.store.policy_mapping import policy_row, policy_version_row
from engine.adapters.store.unit_of_work import open_store
from engine.core.operations.states import OperationState
from engine.core.policy.decision import Outcome, PolicyAnswer
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import PolicySource, RegoVersion, policy_of
from engine.service.policies.add import add_policy
from engine.service.policies.switch import switch_policy
from engine.service.projects.create import create_project
from engine.testing import builders as new
from engine.testing.engines import make_services
from tests.service.world import ADA, World

pytestmark = pytest.mark.anyio

BUCKETS: Final = """
# METADATA
# title: buckets are fine
# custom:
#   resource_types: ["fake_b*"]
#   operations: [create, update]
package intent

allow contains "a bucket"
"""
# Whoever evaluates one of these denies: it does not even load.
OTHER: Final = "package intent\nallow contains"


class Counting(RegorusEvaluator):
    """The real engine, which remembers what it was given to evaluate."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def evaluate(
        self, policies: Sequence[PolicySource], policy_input: JsonValue
    ) -> tuple[PolicyAnswer, ...]:
        """Evaluate, and note the names."""
        self.asked += [policy.name for policy in policies]
        return await super().evaluate(policies, policy_input)


@pytest.fixture
async def evaluator() -> AsyncIterator[Counting]:
    async with Counting() as opened:
        yield opened


@pytest.fixture
async def world(tmp_path: Path, evaluator: Counting) -> AsyncIterator[World]:
    async with open_store(f"sqlite:///{tmp_path / 'intent.db'}") as store:
        engine = make_services(store=store)
        world = World(replace(engine, services=replace(engine.services, evaluator=evaluator)))
        await create_project(world.services, ADA, "demo")
        yield world


def _fill(path: Path, count: int, about: PolicyMetadata) -> None:
    """Write so many policies that are attached to everything, as if they had been stored."""
    versions = [
        new.policy(id=name, name=name, source=OTHER, metadata=about.model_dump())
        for name in (f"other-{number:03}" for number in range(count))
    ]
    objects = [policy_row(policy_of(version, labels=("autoattach:*",))) for version in versions]
    for table, rows in (
        ("policies", [row.model_dump() for row in objects]),
        ("policy_versions", [policy_version_row(version).model_dump() for version in versions]),
    ):
        columns = ", ".join(f":{name}" for name in rows[0])
        with closing(sqlite3.connect(path)) as file, file:
            file.executemany(f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({columns})", rows)  # noqa: S608 - names of ours


@pytest.mark.requirement("3.1.selection")
async def test_a_write_among_a_thousand_policies_evaluates_those_that_apply(
    world: World, evaluator: Counting, tmp_path: Path
) -> None:
    everywhere = ("autoattach:*",)
    for name in ("buckets-a", "buckets-b"):
        await add_policy(world.services, ADA, name, BUCKETS, RegoVersion.V1, labels=everywhere)
    _fill(tmp_path / "intent.db", 998, PolicyMetadata(resource_types=("aws_*",)))
    done = await world.create()
    decision = (await world.report(done)).decision
    assert decision is not None
    assert (done.state, decision.outcome, decision.allow) == (
        OperationState.FINISHED,
        Outcome.ALLOWED,
        ("a bucket",),
    )
    assert evaluator.asked == ["buckets-a", "buckets-b"]
    assert len(decision.not_applicable) == 998
    # A delete is none of the operations that they are about: nobody speaks, so a person has to look.
    gone = await world.delete()
    assert (gone.state, evaluator.asked) == (OperationState.PENDING_REVIEW, ["buckets-a", "buckets-b"])


@pytest.mark.requirement("3.2.unloadable")
async def test_an_attached_policy_that_cannot_be_loaded_denies_every_write(
    world: World, tmp_path: Path
) -> None:
    await add_policy(world.services, ADA, "buckets", BUCKETS, RegoVersion.V1, labels=("autoattach:*",))
    assert (await world.create()).state is OperationState.FINISHED
    _fill(tmp_path / "intent.db", 1, PolicyMetadata())
    for written in (world.create("more", {"name": "more"}), world.update({"acl": "public"}), world.delete()):
        done = await written
        decision = (await world.report(done)).decision
        assert decision is not None
        assert done.state is OperationState.DENIED
        assert [reason.split(": ")[1] for reason in decision.deny] == ["policy_invalid"]
    # Disabled it binds nothing, and all goes on.
    await switch_policy(world.services, ADA, "other-000", enabled=False)
    assert (await world.update({"acl": "public"})).state is OperationState.FINISHED
