"""Use case: settle an interrupted operation by an object that somebody says is the one that it made."""

from typing import Final

from engine.core.auth.principals import Principal
from engine.core.errors import EngineError, InvalidInput
from engine.core.operations.operation import Operation, OperationKind
from engine.service.doubt.find import find_interrupted
from engine.service.import_ import parse_import_id
from engine.service.recover import recover
from engine.service.services import Services

_MAKE: Final = frozenset({OperationKind.CREATE, OperationKind.UPDATE})


async def adopt(services: Services, principal: Principal, operation_id: str, object_id: str) -> Operation:
    """Read the object of that import id, keep it as the operation's resource, and return it, FINISHED.

    It is kept with the configuration that was asked for; where it differs is the operation's drift.

    Raises:
        Forbidden: the principal lacks `resources:write`.
        InvalidInput: the id is malformed, or the operation makes no object.
        NotFound: there is no such operation, or no such object of its type.
        Conflict: it is not INTERRUPTED, or another resource stands for the object.
        ProviderFailed, RunnerFailed, and others: see `engine.service.recover`.
    """
    async with services.store.transaction() as transaction:
        operation = await find_interrupted(transaction, principal, operation_id)
    if operation.kind not in _MAKE:
        raise InvalidInput(
            f"a {operation.kind.value} makes no object that could be adopted",
            field="adopt",
            hint="resume it without an object: it is reconciled with the cloud",
        )
    try:
        parse_import_id(object_id)
        return await recover(services, operation, adopt=object_id, by=principal)
    except EngineError as error:
        raise error.at("adopt") if error.field == "import_id" else error from error
