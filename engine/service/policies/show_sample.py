"""Use case: show one sample of what a policy said."""

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import NotFound
from engine.core.ids import parse_id
from engine.core.policy.samples import Sample, oldest_kept
from engine.ports.store import Transaction
from engine.service.lookup import is_visible
from engine.service.services import Services


async def show_sample(services: Services, principal: Principal, sample_id: str) -> Sample:
    """Return a sample with the input that the policy was asked.

    Raises:
        Forbidden: the principal lacks `policies:read` or `resources:read`.
        InvalidInput: the text is no id.
        NotFound: there is no such sample, it is no longer kept, or it is of an operation of another's.
    """
    principal.require(Scope.POLICIES_READ)
    principal.require(Scope.RESOURCES_READ)
    async with services.store.transaction() as transaction:
        sample = await transaction.samples.find(parse_id(sample_id, "sample"))
        seen = sample is not None and await sees_sample(transaction, principal, sample)
    if sample is None or not seen or sample.at < oldest_kept(services.clock.now()):
        raise NotFound(
            f"there is no sample {sample_id}",
            field="sample",
            hint="`intent policy samples POLICY` lists them; they are kept for 7 days, 100 of each policy",
        )
    return sample


async def sees_sample(transaction: Transaction, principal: Principal, sample: Sample) -> bool:
    """Tell whether a principal may know of the operation that a sample was taken of."""
    operation = await transaction.operations.find(sample.operation_id)
    return operation is not None and await is_visible(transaction, principal, operation)
