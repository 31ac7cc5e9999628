"""What decides about one change of a set at a moment, and the digest of its plan under that."""

from dataclasses import dataclass
from typing import Any

from engine.core.operations.operation import Operation
from engine.core.plans.plan import Plan
from engine.ports.store import Transaction
from engine.service.binding import Binding, binding
from engine.service.consent import bound_digest
from engine.service.prepare import Prepared
from engine.service.services import Services


@dataclass(frozen=True)
class Bound:
    """What decides about one change, and the digest that an approval would name."""

    binding: Binding
    plan_digest: str

    @property
    def fields(self) -> dict[str, Any]:
        """What the operation records of it."""
        return {"policy_digest": self.binding.digest, "plan_digest": self.plan_digest}


async def bound_now(
    services: Services, transaction: Transaction, operation: Operation, prepared: Prepared, plan: Plan
) -> Bound:
    """Return what decides about a plan now.

    Raises:
        NotFound, StoreFailed: see `engine.service.binding`.
    """
    bound = await binding(transaction, operation, prepared.job, plan, services.clock.now())
    return Bound(binding=bound, plan_digest=bound_digest(operation, prepared, plan, bound))
