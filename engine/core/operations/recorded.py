"""A decision as it was recorded, with what it was made on. Deciding anew is a use case's business."""

from pydantic import BaseModel, ConfigDict

from engine.core.operations.operation import Operation
from engine.core.policy.decision import Decision
from engine.core.values import JsonObject


class RecordedDecision(BaseModel):
    """A decision, the operation that asked for it, and its input, secrets redacted."""

    model_config = ConfigDict(frozen=True)

    id: str
    operation: Operation
    decision: Decision
    policy_input: JsonObject
