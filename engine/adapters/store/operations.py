"""Operations in SQL, with the two rules that only a store can hold: one at a time a resource, and fencing."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, update

from engine.adapters.store import mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import OperationRow, col
from engine.core.errors import Conflict, NotFound
from engine.core.operations.operation import Operation
from engine.core.operations.states import RUNNING_STATES, OperationState


class SqlOperations:
    """Implements `engine.ports.store.Operations`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def find(self, operation_id: str) -> Operation | None:
        """Return an operation."""
        document = await self._statements.document(
            select(col(OperationRow.document)).where(col(OperationRow.id) == operation_id)
        )
        return mapping.decode(Operation, document) if document else None

    async def find_by_key(self, project_id: str, actor_key: str, idempotency_key: str) -> Operation | None:
        """Return the operation that a principal made with an idempotency key."""
        document = await self._statements.document(
            select(col(OperationRow.document)).where(
                col(OperationRow.project_id) == project_id,
                col(OperationRow.actor_key) == actor_key,
                col(OperationRow.idempotency_key) == idempotency_key,
            )
        )
        return mapping.decode(Operation, document) if document else None

    async def list(
        self,
        project_id: str | None,
        resource_id: str | None,
        limit: int,
        states: Collection[OperationState] = frozenset(OperationState),
        actor_key: str | None = None,
    ) -> Sequence[Operation]:
        """Return operations, newest first: of one project, resource or principal, or of all where None."""
        statement = select(col(OperationRow.document))
        if project_id is not None:
            statement = statement.where(col(OperationRow.project_id) == project_id)
        if resource_id is not None:
            statement = statement.where(col(OperationRow.resource_id) == resource_id)
        if actor_key is not None:
            statement = statement.where(col(OperationRow.actor_key) == actor_key)
        if len(states) < len(OperationState):
            statement = statement.where(col(OperationRow.state).in_(sorted(states)))
        newest_first = (col(OperationRow.created_at).desc(), col(OperationRow.id).desc())
        documents = await self._statements.documents(statement.order_by(*newest_first).limit(limit))
        return [mapping.decode(Operation, document) for document in documents]

    async def add(self, operation: Operation) -> None:
        """Keep a new operation. Raises Conflict where the principal used the idempotency key before."""
        key = operation.idempotency_key
        if key is not None:
            first = await self.find_by_key(operation.project_id, operation.actor.key, key)
            if first is not None:
                raise Conflict(
                    "this idempotency key was used before",
                    field="idempotency_key",
                    hint=f"see `intent operation show {first.id}`, or use another key",
                    facts={"operation_id": first.id},
                )
        await self._must_run_alone(operation)
        await self._statements.insert(mapping.operation_row(operation))

    async def save(self, operation: Operation, fencing_token: int) -> None:
        """Replace a stored operation whose fencing token is still `fencing_token`.

        Raises:
            NotFound: there is no such operation.
            Conflict: the stored fencing token is another, or another operation runs on the same resource.
        """
        await self._must_run_alone(operation)
        # INVARIANT: a worker that was replaced writes nothing; comparing and setting are one statement.
        replaced = await self._statements.run(
            update(OperationRow)
            .where(col(OperationRow.id) == operation.id, col(OperationRow.fencing_token) == fencing_token)
            .values(mapping.operation_row(operation).model_dump())
        )
        if replaced:
            return
        stored = await self.find(operation.id)
        if stored is None:
            raise NotFound(f"there is no operation {operation.id}", field="operation_id")
        raise Conflict(
            f"operation {operation.id} was taken up by another worker",
            field="operation_id",
            hint=f"see `intent operation show {operation.id}`",
            facts={"expected": fencing_token, "fencing_token": stored.fencing_token},
        )

    async def _must_run_alone(self, operation: Operation) -> None:
        if operation.state not in RUNNING_STATES or not operation.resource_id:
            return
        running = await self._statements.rows(
            select(col(OperationRow.id)).where(
                col(OperationRow.project_id) == operation.project_id,
                col(OperationRow.resource_id) == operation.resource_id,
                col(OperationRow.state).in_(RUNNING_STATES),
                col(OperationRow.id) != operation.id,
            )
        )
        for row in running:
            other = row["id"]
            raise Conflict(
                f"operation {other} is running on {operation.resource_id}",
                field="resource_id",
                hint=f"wait until it has settled; `intent operation show {other}` tells how far it is",
                facts={"operation_id": other, "resource_id": operation.resource_id},
            )
