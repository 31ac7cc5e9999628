"""Recording a request: the operation's row exists before anything is done for it."""

from engine.core.auth.principals import Principal
from engine.core.errors import Conflict
from engine.core.ids import parse_idempotency_key
from engine.core.operations.operation import Operation, Request
from engine.core.text import require_whole_characters
from engine.service.journal import audit
from engine.service.locking import keep_lock, require_unlocked, writes
from engine.service.lookup import find_project
from engine.service.projects.openness import require_taken
from engine.service.room import require_room
from engine.service.services import Services


async def propose(
    services: Services,
    principal: Principal,
    project_name: str,
    request: Request,
    *,
    idempotency_key: str | None = None,
    session: str = "",
) -> Operation:
    """Record a request and return its operation, QUEUED; or the operation that the same key made before.

    Raises:
        InvalidInput: the project's name or the key is malformed, or a text holds half a character.
        NotFound: there is no such project.
        Conflict: the principal used the key for another request, another one has locked the project, or the
            project takes no changes.
        Busy: too many requests have not ended; nothing was recorded.
    """
    require_whole_characters(request.config, "config")
    require_whole_characters(request.reason, "reason")
    key = None if idempotency_key is None else parse_idempotency_key(idempotency_key)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        find = transaction.operations.find_by_key
        if key is not None and (earlier := await find(project.id, principal.key, key)) is not None:
            return _same_request(earlier, request)
        if writes(request):
            await require_unlocked(services, transaction, principal.key, project.id)
        await require_room(transaction, project)
        await keep_lock(services, transaction, principal.key, project.id)
        stored = await transaction.resources.find(project.id, request.resource_id)
        about = request if stored is None or request.resource_type else stored
        operation = Operation(
            id=services.ids.new(),
            project_id=project.id,
            request=request,
            request_digest=request.digest,
            idempotency_key=key,
            actor=principal,
            session=session,
            resource_type=about.resource_type,
            provider=about.provider,
            provider_version=about.provider_version,
            provider_alias=about.provider_alias,
            created_at=services.clock.now(),
        )
        await require_taken(transaction, operation, operation.created_at)
        await transaction.operations.add(operation)
        await audit(services, transaction, operation, "operation.proposed", principal)
        return operation


def _same_request(earlier: Operation, request: Request) -> Operation:
    if earlier.request_digest != request.digest:
        raise Conflict(
            "this idempotency key belongs to another request",
            field="idempotency_key",
            hint="repeat that request as it was, or use a fresh key",
            facts={"operation_id": earlier.id},
        )
    return earlier
