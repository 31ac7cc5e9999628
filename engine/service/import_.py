"""Use case: ask to take an existing object of the cloud into a project."""

from engine.core.addrs import ProviderAddress, Version, parse_alias, parse_type
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import InvalidInput
from engine.core.ids import parse_resource_id
from engine.core.limits import IMPORT_ID_MAX_CHARS
from engine.core.operations.operation import Operation, OperationKind, Request
from engine.service.propose import propose
from engine.service.services import Services


async def import_(
    services: Services,
    principal: Principal,
    project: str,
    *,
    resource_id: str,
    provider: str,
    resource_type: str,
    import_id: str,
    provider_version: str = "",
    provider_alias: str = "",
    reason: str = "",
    idempotency_key: str | None = None,
) -> Operation:
    """Record the request and return its operation; `run` carries it out. `import_id` is the provider's.

    Raises:
        Forbidden, InvalidInput, NotFound, Conflict: see `propose`; InvalidInput names a malformed argument.
    """
    principal.require(Scope.RESOURCES_WRITE)
    request = Request(
        kind=OperationKind.IMPORT,
        resource_id=parse_resource_id(resource_id),
        provider=str(ProviderAddress.parse(provider)),
        provider_version=str(Version.parse(provider_version)) if provider_version else "",
        provider_alias=parse_alias(provider_alias),
        resource_type=parse_type(resource_type),
        import_id=parse_import_id(import_id),
        reason=reason,
    )
    return await propose(services, principal, project, request, idempotency_key=idempotency_key)


def parse_import_id(text: str) -> str:
    """Return the text, which can be an import id.

    Raises:
        InvalidInput: it is empty, too long, or holds what cannot be printed.
    """
    if not text or len(text) > IMPORT_ID_MAX_CHARS or not text.isprintable():
        raise InvalidInput(
            f"an import id is 1 to {IMPORT_ID_MAX_CHARS} printable characters",
            field="import_id",
            hint="the provider's documentation of the type says what its import takes",
        )
    return text
