"""What is kept of a request once its operation has ended: nothing secret, for nobody needs it any more."""

from engine.core.operations.operation import Operation, Request
from engine.core.values import REDACTED


def without_secrets(operation: Operation) -> Operation:
    """Return an operation whose request holds no secret any more.

    Where nobody has asked the schema which arguments are secret, and of the changes of a set, which are
    operations of their own, the whole configuration goes. `request_digest` stays that of the request as it
    was made, so that its idempotency key still tells it from others.
    """
    return operation.model_copy(update={"request": _spent(operation.request, operation.secret_arguments)})


def _spent(request: Request, secret: tuple[str, ...] | None) -> Request:
    config = request.config
    if isinstance(config, dict) and secret is not None:
        config = {name: REDACTED if name in secret else value for name, value in config.items()}
    else:
        config = None
    changes = tuple(_spent(change, None) for change in request.changes)
    return request.model_copy(update={"config": config, "changes": changes})
