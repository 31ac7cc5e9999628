"""The one table from the engine's error codes and outcomes to what each front says: exit codes, words."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from engine.core.operations.operation import OperationKind
from engine.core.operations.states import OperationState
from engine.core.policy.decision import Outcome
from engine.core.policy.suite.results import Verdict
from engine.service.report import OperationReport, ReportedOperation

# What is said of a decision that no rule gives a reason for.
NOBODY_ALLOWS: Final = "no policy allows it and none denies it"
NOTHING_BINDS: Final = "no policy binds project {project}"
NONE_APPLIES: Final = "policies are attached, and none of them applies to it"


class ExitCode(IntEnum):
    """The exit codes of the command (contracts: exit codes of the command)."""

    OK = 0
    FAILED = 1
    USAGE = 2
    DENIED = 3
    WAITING = 4
    CONFLICT = 5
    NOT_FOUND = 6


EXIT_OF_ERROR: Final[Mapping[str, ExitCode]] = MappingProxyType(
    {
        "engine_error": ExitCode.FAILED,
        "invalid_input": ExitCode.USAGE,
        "not_found": ExitCode.NOT_FOUND,
        "conflict": ExitCode.CONFLICT,
        "busy": ExitCode.CONFLICT,
        "resource_missing": ExitCode.CONFLICT,
        "forbidden": ExitCode.FAILED,
        "policy_invalid": ExitCode.USAGE,
        "suite_invalid": ExitCode.FAILED,
        "not_set_up": ExitCode.FAILED,
        "integrity_failed": ExitCode.FAILED,
        "store_failed": ExitCode.FAILED,
        "runner_failed": ExitCode.FAILED,
        "provider_failed": ExitCode.FAILED,
        "outcome_unknown": ExitCode.FAILED,
        "registry_failed": ExitCode.FAILED,
        "rejected": ExitCode.DENIED,
        "interrupted": ExitCode.FAILED,
        "cancelled": ExitCode.FAILED,
        "overtaken": ExitCode.CONFLICT,
        "change_set_stopped": ExitCode.FAILED,
    }
)

_EXIT_OF_STATE: Final[Mapping[OperationState, ExitCode]] = MappingProxyType(
    {
        OperationState.DENIED: ExitCode.DENIED,
        OperationState.REJECTED: ExitCode.DENIED,
        OperationState.PENDING_REVIEW: ExitCode.WAITING,
        OperationState.EXPIRED: ExitCode.CONFLICT,
        OperationState.FAILED: ExitCode.FAILED,
        OperationState.INTERRUPTED: ExitCode.FAILED,
        OperationState.STOPPED: ExitCode.FAILED,
    }
)
_EXIT_OF_OUTCOME: Final[Mapping[Outcome, ExitCode]] = MappingProxyType(
    {
        Outcome.ALLOWED: ExitCode.OK,
        Outcome.DENIED: ExitCode.DENIED,
        Outcome.PENDING_REVIEW: ExitCode.WAITING,
    }
)
# A run of policy tests ends as `opa test` does, so that it can take its place.
EXIT_OF_VERDICT: Final[Mapping[Verdict, int]] = MappingProxyType(
    {Verdict.PASSED: 0, Verdict.EMPTY: 1, Verdict.FAILED: 2}
)


def listing(names: Sequence[str], most: int = 10) -> str:
    """Return names in a row, the first `most` of them where there are more."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def leaves_a_choice(operation: ReportedOperation, *, decided: bool, differs: bool) -> bool:
    """Tell whether a refresh found what somebody has to choose about; only what it saves is decided upon."""
    return operation.kind is OperationKind.REFRESH and differs and not decided


def exit_of_outcome(outcome: Outcome) -> ExitCode:
    """Return the exit code of a decision."""
    return _EXIT_OF_OUTCOME[outcome]


def exit_of_report(report: OperationReport) -> ExitCode:
    """Return the exit code of an operation as it stands; a dry run's is that of its decision."""
    if report.error is not None:
        return EXIT_OF_ERROR[report.error.code]
    if report.operation.dry_run and report.decision is not None:
        return exit_of_outcome(report.decision.outcome)
    return _EXIT_OF_STATE.get(report.operation.state, ExitCode.OK)
