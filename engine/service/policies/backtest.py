"""Use case: judge all recorded decisions of projects again, with a changed policy in its place."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from engine.core.auth.principals import Principal, Scope
from engine.core.limits import BACKTEST_CHANGES_MAX, BACKTEST_PAGE
from engine.core.operations.operation import OperationKind
from engine.core.policy.backtest import Backtest, Change
from engine.core.policy.policies import PolicySource
from engine.core.projects import Project
from engine.service.lookup import find_project
from engine.service.policies.find import find_policy_ever
from engine.service.policies.rejudge import Candidate, Rejudged, candidate_of, rejudge
from engine.service.services import Services

# Hears how many decisions of how many are done.
Heard: TypeAlias = Callable[[int, int], Awaitable[None]]


async def backtest(
    services: Services,
    principal: Principal,
    policy: PolicySource,
    *,
    projects: Sequence[str] | None,
    attach: bool = False,
    heard: Heard,
) -> Backtest:
    """Return which outcomes would be others, had `policy` stood in the place of the one of its name.

    What the other policies said is taken from the record. Nothing is stored.

    Args:
        services: the ports.
        principal: who asks.
        policy: the changed policy, under the name of the one that it replaces.
        projects: the names of the projects to look at; None for all.
        attach: judge decisions that no policy of that name had a part in, too, as if it had been attached.
        heard: hears how far it is.

    Raises:
        Forbidden: the principal lacks `policies:read` or `resources:read`.
        NotFound: there is no such project; or no policy of that name ever was, and `attach` does not say that
            it is new.
        PolicyInvalid: the policy could not be stored.
    """
    principal.require(Scope.POLICIES_READ)
    principal.require(Scope.RESOURCES_READ)
    candidate = await candidate_of(services, policy)
    chosen = await _projects(services, projects)
    if not attach:
        async with services.store.transaction() as transaction:
            await find_policy_ever(transaction, policy.name)
    tally = await _walk(services, principal, candidate, chosen, attach=attach, heard=heard)
    return Backtest(
        policy=policy.name,
        digest=policy.digest,
        projects=tuple(sorted(project.name for project in chosen.values())),
        decisions=tally.decisions,
        judged=tally.judged,
        failures=tally.failures,
        changed=dict(sorted(tally.changed.items())),
        changes=tuple(tally.changes),
    )


class _Tally:
    def __init__(self) -> None:
        self.decisions = self.judged = self.failures = 0
        self.changed: Counter[str] = Counter()
        self.changes: list[Change] = []

    def add(self, seen: Rejudged) -> None:
        self.decisions += 1
        self.judged += seen.judged
        self.failures += seen.failed
        if seen.change is not None:
            self.changed[f"{seen.change.before.value} → {seen.change.after.value}"] += 1
            if len(self.changes) < BACKTEST_CHANGES_MAX:
                self.changes.append(seen.change)


async def _walk(
    services: Services,
    principal: Principal,
    candidate: Candidate,
    chosen: Mapping[str, Project],
    *,
    attach: bool,
    heard: Heard,
) -> _Tally:
    tally = _Tally()
    async with services.store.transaction() as transaction:
        total = await transaction.decisions.count(chosen.keys())
    last: str | None = None
    while True:
        async with services.store.transaction() as transaction:
            page = await transaction.decisions.page(chosen.keys(), last, BACKTEST_PAGE)
            waivers = await transaction.waivers.list()
        if not page:
            break
        for recorded in page:
            # What was decided about a set is made of the decisions about its changes, which are judged.
            is_set = recorded.operation.kind is OperationKind.CHANGE_SET
            if is_set or not principal.sees(recorded.operation.actor.key):
                continue
            name = chosen[recorded.operation.project_id].name
            tally.add(
                await rejudge(services, candidate, recorded, project=name, waivers=waivers, attach=attach)
            )
            await heard(tally.decisions, max(total, tally.decisions))
        last = page[-1].id
    return tally


async def _projects(services: Services, names: Sequence[str] | None) -> Mapping[str, Project]:
    async with services.store.transaction() as transaction:
        found = (
            await transaction.projects.list()
            if names is None
            else [await find_project(transaction, name) for name in names]
        )
    return {project.id: project for project in found}
