"""A whole engine of fakes: the use cases' services on a cloud, a store and policies in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.core.approvals import Separation
from engine.core.policy.decision import PolicyFailure
from engine.ports.store import Store
from engine.service.services import Services
from engine.testing.clocks import CountingIds, FixedClock
from engine.testing.clouds import FakeCloud
from engine.testing.evaluators import Said, ScriptedEvaluator
from engine.testing.explainers import ScriptedExplainer
from engine.testing.mirrors import FakeMirror
from engine.testing.registries import FakeRegistry
from engine.testing.runners import FakeRunner
from engine.testing.schemas import FakeSchemas
from engine.testing.stores import MemoryStore

# Sources of policies that every fake engine understands; each says the same of every input.
ALLOW: Final = "package intent # allows"
DENY: Final = "package intent # denies"
REVIEW: Final = "package intent # wants a review"
UNDECIDED: Final = "package intent # says nothing"
BROKEN: Final = "package intent # fails"
SAID: Final[Mapping[str, Said]] = {
    ALLOW: {"allow": ["it is fine"]},
    DENY: {"deny": ["not in this project", "ask the owner"]},
    REVIEW: {"review": ["a person has to look"], "allow": ["it is fine"]},
    UNDECIDED: {},
    BROKEN: PolicyFailure(code="policy_error", message="division by zero"),
}


@dataclass(frozen=True)
class FakeEngine:
    """The services with the fakes behind them, for tests to look at and to meddle with."""

    services: Services
    cloud: FakeCloud
    runner: FakeRunner
    evaluator: ScriptedEvaluator
    mirror: FakeMirror
    registry: FakeRegistry
    clock: FixedClock

    def strict(self) -> Services:
        """Return the same services with another person demanded for every approval."""
        return replace(self.services, separation=Separation.PERSON)


def make_services(
    *,
    said: Mapping[str, Said] | None = None,
    evaluator: ScriptedEvaluator | None = None,
    store: Store | None = None,
) -> FakeEngine:
    """Return an engine of fakes, empty.

    Args:
        said: what further policies say, by source (see `ScriptedEvaluator`).
        evaluator: what takes the place of the one that says `SAID` and that.
        store: a store that takes the place of the one in memory.
    """
    cloud, mirror, registry, clock = FakeCloud(), FakeMirror(), FakeRegistry(), FixedClock()
    runner = FakeRunner(cloud, mirror)
    evaluator = evaluator or ScriptedEvaluator({**SAID, **(said or {})})
    services = Services(
        store=store or MemoryStore(),
        runner=runner,
        leftovers=runner,
        evaluator=evaluator,
        explainer=ScriptedExplainer(),
        schemas=FakeSchemas(mirror),
        mirror=mirror,
        registry=registry,
        clock=clock,
        ids=CountingIds(),
        platform="any_any",
        worker="here:1:1",
    )
    return FakeEngine(
        services=services,
        cloud=cloud,
        runner=runner,
        evaluator=evaluator,
        mirror=mirror,
        registry=registry,
        clock=clock,
    )
