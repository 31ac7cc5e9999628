"""The tables that the store in memory consists of."""

from copy import copy
from dataclasses import dataclass, field, fields

from engine.core.audit import AuditEntry
from engine.core.locks import ProjectLock
from engine.core.operations.operation import Operation
from engine.core.operations.steps import Step, StepEvent
from engine.core.policy.decision import Decision
from engine.core.policy.policies import Policy, PolicyVersion
from engine.core.policy.samples import Sample
from engine.core.policy.waivers import Waiver
from engine.core.projects import Project
from engine.core.resources import Resource
from engine.core.values import JsonObject


@dataclass
class Tables:
    """Everything stored, by id; resources by (project id, resource id) with all versions.

    Steps stand by operation and number, their events by operation, step and number.

    A decision stands with the id of its operation and its input.
    """

    projects: dict[str, Project] = field(default_factory=dict)
    resources: dict[tuple[str, str], tuple[Resource, ...]] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    steps: dict[tuple[str, int], Step] = field(default_factory=dict)
    step_events: dict[tuple[str, int, int], StepEvent] = field(default_factory=dict)
    locks: dict[str, ProjectLock] = field(default_factory=dict)
    decisions: dict[str, tuple[str, Decision, JsonObject]] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    policy_versions: dict[str, tuple[PolicyVersion, ...]] = field(default_factory=dict)
    attachments: set[tuple[str, str]] = field(default_factory=set)
    waivers: dict[str, Waiver] = field(default_factory=dict)
    samples: dict[str, Sample] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)

    def copied(self) -> "Tables":
        """Return tables that change apart from these."""
        return Tables(**{each.name: copy(getattr(self, each.name)) for each in fields(self)})
