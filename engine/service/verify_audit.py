"""Use case: verify the audit chain."""

from engine.core.audit import verify
from engine.core.auth.principals import Principal, Scope
from engine.service.services import Services


async def verify_audit(services: Services, principal: Principal) -> int:
    """Verify the whole audit chain and return how many entries it has.

    Raises:
        Forbidden: the principal lacks `audit:read`.
        IntegrityFailed: the chain does not verify; names the first entry that does not fit.
    """
    principal.require(Scope.AUDIT_READ)
    async with services.store.transaction() as transaction:
        return verify(await transaction.audit.entries(), await transaction.audit.head())
