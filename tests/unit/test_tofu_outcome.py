"""What an apply came to, as its state and its last words tell: a lost answer is not taken for a failure."""

import json
from pathlib import Path

import pytest

from engine.adapters.tofu.events import EventLog
from engine.adapters.tofu.outcome import outcome_of
from engine.adapters.tofu.process import Completed
from engine.adapters.tofu.workspace import Workspace
from engine.core.state import InstanceState, state_document
from engine.ports.runner import Job
from engine.testing.schemas import FAKE_PIN

FAILED = Completed(status=1, stdout="", stderr="", timed_out=False)
KEPT = InstanceState(attributes={"id": "logs"})


@pytest.mark.requirement("4.1.crash-harness")
@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("operation canceled", False),
        ("Plugin did not respond", False),
        ("Request cancelled", False),
        ("AccessDenied", True),
    ],
)
@pytest.mark.parametrize("kind", ["create", "delete"])
def test_an_outcome_is_unknown_where_the_answer_of_the_provider_was_cut_off(
    kind: str, said: str, *, known: bool, tmp_path: Path
) -> None:
    job = Job.model_validate(
        {
            "key": "k",
            "kind": kind,
            "pin": FAKE_PIN,
            "resource_type": "fake_bucket",
            "name": "logs",
            "lineage": "3f2a1c9e-0000-4000-8000-000000000000",
            "state": None if kind == "create" else KEPT,
        }
    )
    workspace = Workspace(tmp_path)
    workspace.write_json(
        "terraform.tfstate", state_document([], lineage=job.lineage, serial=2, tofu_version="1.6.2")
    )
    log = EventLog()
    error = {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": said}}
    log.read(json.dumps(error))
    applied = outcome_of(job, workspace, FAILED, log)
    assert (applied.outcome_known, applied.failure) == (known, said)
