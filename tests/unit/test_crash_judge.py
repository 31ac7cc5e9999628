"""The comparison of cloud and database in the crash harness can fail: each fault is planted and found."""

import pytest

from engine.core.operations.operation import OperationError, OperationKind
from engine.core.operations.states import OperationState
from engine.core.state import InstanceState
from engine.testing.builders import OPERATION_ID, operation, resource
from tests.crash.judge import Fault, Left, Remembered, Wish, honestly_unknown, judge
from tests.crash.subjects import Objects

pytestmark = pytest.mark.requirement("4.1.crash-harness")

ONE: Objects = {"logs": {"tags": {"a": "1"}}}
TWO: Objects = {**ONE, "other": {"tags": {}}}
OTHER: Objects = {"logs": {"tags": {"a": "2"}}}
NOTHING = Left()
CREATE = Wish(OperationKind.CREATE, {"tags": {"a": "1"}}, {})
DELETE = Wish(OperationKind.DELETE, {}, ONE)
IMPORT = Wish(OperationKind.IMPORT, {}, ONE)
KNOWN = resource(state=InstanceState(attributes={"id": "logs", "tags": {"a": "1"}}))
GONE = resource(state=None)
HALF = resource(state=InstanceState(attributes={"id": "logs", "tags": {"a": "1"}}, status="tainted"))
DONE = operation(id=OPERATION_ID, state=OperationState.FINISHED)
FAILED = operation(id=OPERATION_ID, state=OperationState.FAILED)
UNKNOWN = operation(
    id=OPERATION_ID,
    state=OperationState.INTERRUPTED,
    error=OperationError(code="outcome_unknown", message="nobody knows", hint="look"),
)


@pytest.mark.parametrize(
    ("wish", "cloud", "remembered"),
    [
        (CREATE, ONE, Remembered(DONE, resource=KNOWN)),
        (CREATE, {}, Remembered(None)),
        (CREATE, {}, Remembered(FAILED)),
        (CREATE, ONE, Remembered(FAILED, resource=HALF)),
        (CREATE, ONE, Remembered(UNKNOWN)),
        (CREATE, {}, Remembered(UNKNOWN)),
        (DELETE, {}, Remembered(DONE, resource=GONE)),
        (DELETE, ONE, Remembered(FAILED, resource=KNOWN)),
        (DELETE, {}, Remembered(UNKNOWN, resource=KNOWN)),
        (IMPORT, ONE, Remembered(DONE, resource=KNOWN)),
        (IMPORT, ONE, Remembered(FAILED)),
    ],
)
def test_where_cloud_and_database_agree_or_it_says_that_it_does_not_know_nothing_is_found(
    wish: Wish, cloud: Objects, remembered: Remembered
) -> None:
    assert judge(wish, cloud, remembered, NOTHING) == []


@pytest.mark.parametrize(
    ("wish", "cloud", "remembered", "faults"),
    [
        (CREATE, ONE, Remembered(None), {Fault.LOST}),
        (CREATE, ONE, Remembered(FAILED), {Fault.LOST}),
        (CREATE, {}, Remembered(FAILED, resource=KNOWN), {Fault.LOST}),
        (DELETE, {}, Remembered(FAILED, resource=KNOWN), {Fault.LOST}),
        (IMPORT, {}, Remembered(FAILED), {Fault.LOST}),
        (CREATE, TWO, Remembered(DONE, resource=KNOWN), {Fault.DOUBLED, Fault.LOST}),
        (CREATE, TWO, Remembered(UNKNOWN), {Fault.DOUBLED}),
        (CREATE, OTHER, Remembered(FAILED, resource=KNOWN), {Fault.WRONG}),
        (CREATE, OTHER, Remembered(DONE, resource=KNOWN), {Fault.WRONG}),
        (CREATE, ONE, Remembered(DONE, resource=HALF), {Fault.WRONG}),
        (CREATE, {}, Remembered(DONE), {Fault.WRONG}),
        (DELETE, ONE, Remembered(DONE, resource=GONE), {Fault.LOST, Fault.WRONG}),
        (CREATE, {}, Remembered(operation(state=OperationState.APPLYING)), {Fault.WRONG}),
        (CREATE, {}, Remembered(operation(state=OperationState.INTERRUPTED)), {Fault.WRONG}),
        (CREATE, {}, Remembered(operation(state=OperationState.QUEUED)), {Fault.WRONG}),
        (CREATE, {}, Remembered(FAILED, audit="an entry is missing"), {Fault.WRONG}),
        (CREATE, {}, Remembered(FAILED, others=(FAILED,)), {Fault.WRONG}),
    ],
)
def test_what_was_lost_doubled_or_is_wrong_is_found(
    wish: Wish, cloud: Objects, remembered: Remembered, faults: set[Fault]
) -> None:
    assert {finding.fault for finding in judge(wish, cloud, remembered, NOTHING)} == faults


@pytest.mark.parametrize(
    "left",
    [
        Left(workspaces=(OPERATION_ID,)),
        Left(processes={7: "tofu"}),
        Left(raised=("store_failed: the database is locked",)),
        Left(raised=("a bug: exit code 1",)),
    ],
)
def test_what_is_left_of_a_settled_operation_and_what_recovery_raises_is_wrong(left: Left) -> None:
    (finding,) = judge(CREATE, {}, Remembered(FAILED), left)
    assert finding.fault is Fault.WRONG


def test_an_unknown_outcome_keeps_its_workspace_and_may_be_said_again() -> None:
    left = Left(workspaces=(OPERATION_ID,), raised=("outcome_unknown",))
    assert judge(CREATE, ONE, Remembered(UNKNOWN), left) == []
    assert honestly_unknown(Remembered(UNKNOWN))


def test_an_interrupted_operation_without_a_reason_or_a_way_out_does_not_say_that_it_does_not_know() -> None:
    silent = operation(state=OperationState.INTERRUPTED)
    without_hint = operation(
        state=OperationState.INTERRUPTED, error=OperationError(code="outcome_unknown", message="lost")
    )
    assert not honestly_unknown(Remembered(silent))
    assert not honestly_unknown(Remembered(without_hint))
