"""Asking the policies that bind a project about a plan. What follows from the answer is decided elsewhere."""

from dataclasses import dataclass, replace

from engine.core.operations.operation import Operation
from engine.core.plans.plan import Plan
from engine.core.policy.decision import Decision
from engine.core.policy.input import ChangeSetInput
from engine.core.values import JsonObject
from engine.service.binding import Binding
from engine.service.gate import gate
from engine.service.input import input_of, redacted
from engine.service.prepare import Prepared
from engine.service.secrecy import Secrets
from engine.service.services import Services


@dataclass(frozen=True)
class Judgement:
    """A decision and the input that it was made on, both with secrets redacted, as they may be stored."""

    decision: Decision
    policy_input: JsonObject

    @property
    def facts(self) -> JsonObject:
        """What the audit row of the decision names beside its digests."""
        return {
            "policies": list(self.decision.versions),
            "waivers": [{"id": w.id, "policy": w.policy, "owner": w.owner} for w in self.decision.waivers],
        }


@dataclass(frozen=True)
class SetView:
    """A whole change set as the policies see it, beside one of its changes.

    Attributes:
        seen: secrets in clear.
        shown: secrets redacted, as it may be stored.
        secrets: of every change.
    """

    seen: ChangeSetInput
    shown: ChangeSetInput
    secrets: Secrets


async def judge(  # noqa: PLR0917 - what is asked, and about what: each plan comes with all of these
    services: Services,
    operation: Operation,
    prepared: Prepared,
    plan: Plan,
    bound: Binding,
    beside: SetView | None = None,
) -> Judgement:
    """Return what the policies decide about a plan, `beside` the others of its change set."""
    # The project may have changed since the operation was prepared.
    known = replace(prepared.known, project=bound.project)
    policy_input = input_of(
        operation, replace(prepared, known=known), plan, None if beside is None else beside.seen
    )
    said = await gate(
        services.evaluator,
        bound.applying,
        policy_input.document(),
        skipped=bound.skipped,
        waivers=bound.waivers,
        policy_digest=bound.digest,
    )
    # Policies see secrets in clear, and may quote them.
    decision = said.reworded(prepared.secrets_planned(plan).hidden)
    if beside is not None:
        decision = decision.reworded(beside.secrets.hidden)
    shown = redacted(policy_input, plan, None if beside is None else beside.shown)
    return Judgement(decision=decision, policy_input=shown)
