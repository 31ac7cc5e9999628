"""The right to change what binds a project by changing its labels or its space."""

from engine.core.auth.principals import Principal, Scope
from engine.core.policy.bonds import bond
from engine.core.projects import Project
from engine.ports.store import Transaction


async def require_bonds(
    transaction: Transaction, principal: Principal, before: Project, after: Project
) -> None:
    """Do nothing where the same policies are attached by label before and after, or the principal edits them.

    A project that is made starts from one of its name without labels in the root space.

    Raises:
        Forbidden: others are, and the principal lacks `policies:write`.
    """
    called = [
        (bond(policy, before, by_hand=False) is None, bond(policy, after, by_hand=False) is None)
        for policy in await transaction.policies.list()
    ]
    # INVARIANT: who may write projects and not policies neither sheds nor gains a policy by a label.
    if any(one != other for one, other in called):
        principal.require(Scope.POLICIES_WRITE)


async def require_labels(
    transaction: Transaction, principal: Principal, before: Project, after: Project
) -> None:
    """Do nothing where labels and space stay, where nothing is attached, or the principal edits policies.

    Policies read both (`input.project`), so that a change of them may be a way around what is attached.

    Raises:
        Forbidden: the principal lacks `policies:write`, and the change matters to a policy or attaches one.
    """
    moved = (before.labels, before.space) != (after.labels, after.space)
    if moved and await transaction.attachments.bonds(before):
        principal.require(Scope.POLICIES_WRITE)
    await require_bonds(transaction, principal, before, after)
