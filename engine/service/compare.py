"""Use case: say what an operation's plan changes, attribute by attribute, secrets redacted."""

from engine.core.auth.principals import Principal, Scope
from engine.core.operations.operation import Operation
from engine.core.values import REDACTED, Difference, differences
from engine.service.lookup import visible_operation
from engine.service.services import Services


async def compare(services: Services, principal: Principal, operation_id: str) -> tuple[Difference, ...]:
    """Return the planned differences by path; none before there is a plan, and none for a deletion.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        InvalidInput, NotFound: there is no such operation.
    """
    principal.require(Scope.RESOURCES_READ)
    async with services.store.transaction() as transaction:
        operation = await visible_operation(transaction, principal, operation_id)
    return planned_differences(operation)


def planned_differences(operation: Operation) -> tuple[Difference, ...]:
    """Return what differs between the states before and after the plan, as they are recorded."""
    if operation.plan_summary is None or operation.proposed_state is None:
        return ()
    unknown = {path.split(".", 1)[0] for path in operation.plan_summary.unknown}
    shown = tuple(
        difference
        for difference in differences(operation.current_state or {}, operation.proposed_state)
        if difference.after is not None or difference.path.split(".", 1)[0] not in unknown
    )
    # A secret reads the same on both sides; that it changes must not go unseen.
    seen = {difference.path.split(".", 1)[0] for difference in shown}
    hidden = [name for name in operation.plan_summary.changed if name not in seen]
    return (*shown, *(Difference(path=name, before=REDACTED, after=REDACTED) for name in hidden))
