"""Running OpenTofu on one resource: a job is opened, planned once, applied at most once, and cleaned away."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from engine.core.addrs import ProviderPin
from engine.core.errors import IntegrityFailed
from engine.core.operations.interruption import Look, Source
from engine.core.operations.steps import EffectEvent
from engine.core.plans.plan import Plan
from engine.core.refs import find_refs
from engine.core.state import InstanceState
from engine.core.values import JsonObject
from engine.ports.mirror import Trusted
from engine.ports.questions import Question

JobKind = Literal["create", "update", "delete", "import", "refresh"]
Progress = Callable[[str], Awaitable[None]]
Listener = Callable[[EffectEvent], Awaitable[None]]


class Stop(Protocol):
    """A wish to stop that may come at any time; an `anyio.Event` is one."""

    def is_set(self) -> bool:
        """Tell whether it has come."""
        ...

    async def wait(self) -> None:
        """Return once it has come."""
        ...


class Job(BaseModel):
    """What to run.

    Attributes:
        key: names the workspace; the operation's id, so that a later process finds what an earlier one left.
        project_id: the project whose integration the providers are given; empty for a job of none.
        accepted: the provider's package must have one of these hashes; None for a job of no project.
        name: the resource's name in the workspace, its resource id.
        settings: the provider's configuration block.
        config: the configuration, completed and with references resolved; strings are literals. A reference
            that is left stands for a value known only later: it is planned as unknown, and never applied.
        state: the instance as remembered, None for create and import.
        lineage: of the project's state.
        serial: version of the resource that the state is.
        refresh: False to plan from the state as it is given; the cloud is not asked.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    project_id: str = ""
    kind: JobKind
    pin: ProviderPin
    accepted: tuple[str, ...] | None = None
    resource_type: str
    name: str
    settings: JsonObject = Field(default_factory=dict)
    config: JsonObject = Field(default_factory=dict)
    state: InstanceState | None = None
    import_id: str = ""
    lineage: str
    serial: int = 0
    refresh: bool = True

    @property
    def provider(self) -> Trusted:
        """The provider to start."""
        return Trusted(pin=self.pin, hashes=self.accepted)

    def require_known(self) -> None:
        """Do nothing where every value is known, as an apply needs it.

        Raises:
            IntegrityFailed: naming the first that is not.
        """
        for path, ref in find_refs(self.config):
            raise IntegrityFailed(
                f"{self.name} is not applied: {path} is not known before {ref} is",
                hint="apply what it refers to first",
            )


class Applied(BaseModel):
    """What an apply left: the instance as read back, or None where the object is gone.

    Attributes:
        failure: what the provider said where it did not succeed, made safe; the state is then what remains.
        stopped: True where it failed because it was asked to stop.
        outcome_known: False where contact was lost and an object may exist that the state does not show.
    """

    model_config = ConfigDict(frozen=True)

    state: InstanceState | None
    failure: str | None = None
    stopped: bool = False
    outcome_known: bool = True


class Clues(BaseModel):
    """What is known of an interrupted apply beside its workspace.

    Attributes:
        makes: True where the plan made an object, also in place of another one.
        event_ids: the objects that events of the apply name as made, newest first.
        natural_id: the import id that the configuration tells; empty where it tells none.
        person_id: the import id of the object that a person says it is; nothing else is asked then.
        planned: the attributes that the object was to have, secrets in clear. What the provider cannot read
            back of an object that is found by its id keeps these values.
        schema_version: of `planned`.
        stop: True to stop an OpenTofu of a lost worker that is still at work.
    """

    model_config = ConfigDict(frozen=True)

    makes: bool = False
    event_ids: tuple[str, ...] = ()
    natural_id: str = ""
    person_id: str = ""
    planned: JsonObject = Field(default_factory=dict)
    schema_version: int = 0
    stop: bool = False


NO_CLUES: Final = Clues()


class Recovered(BaseModel):
    """What there is now of the object of an interrupted apply.

    Attributes:
        applied: None where nothing tells.
        found_by: the place that told; None where none did.
        looks: the places that were asked, in their order.
    """

    model_config = ConfigDict(frozen=True)

    applied: Applied | None
    found_by: Source | None
    looks: tuple[Look, ...]


class Run(Protocol):
    """One opened job."""

    async def plan(self) -> Plan:
        """Plan and return the plan. For an import or a refresh this reads the object and changes nothing.

        Raises:
            NotFound: an import names no existing object.
            ProviderFailed: the provider refused the configuration or could not reach the cloud.
            RunnerFailed: OpenTofu failed, ran out of its bounds, or answered what cannot be read.
        """
        ...

    async def rehearse(self, config: JsonObject) -> Plan:
        """Plan the object that an import found against a configuration; nothing of it is ever applied.

        Raises:
            ProviderFailed, RunnerFailed: as `plan`.
        """
        ...

    async def apply(self, listener: Listener | None = None, *, stop: Stop | None = None) -> Applied:
        """Apply exactly the plan that `plan` returned, then read the object once. Called at most once.

        `listener` is given each event of the effect as it comes, an object's id before its state is saved.
        It raises nothing; what it takes too long for, or is not there for, lies in the workspace.

        Once `stop` comes, the call in flight is finished and nothing more is begun. Where that was all there
        was to do, it came too late and the apply has succeeded.

        Never raises for what the provider does: whatever remains is in the result.

        Raises:
            IntegrityFailed: the plan file is not the one that was planned, or the job holds values that are
                known only later; nothing was applied.
            NotSetUp: OpenTofu did not start; nothing was applied.
            Conflict: the workspace was taken away (see `Runner.recover`); what came of the job is no longer
                this worker's to say.
            RunnerFailed: what it left cannot be read; the outcome is not known.
        """
        ...


class Runner(Protocol):
    """Opens jobs.

    `open`, `read_data_source` and `preview` raise NotFound (no such provider), Forbidden (the allow-list
    refuses it), IntegrityFailed (its package changed or is not an accepted one, or an integration changed),
    NotSetUp (no OpenTofu, folder not writable, integration not to be opened), StoreFailed (integrations not
    readable), and what `Run.plan` raises.
    """

    def open(self, job: Job, progress: Progress) -> AbstractAsyncContextManager[Run]:
        """Make the job's workspace; leaving the context removes it.

        It stays where the outcome of an apply is not known, and where the context is left by an exception
        after an apply: nobody may have kept its outcome. `recover` and `discard` find it by the job's key.
        """
        ...

    async def recover(self, job: Job, clues: Clues = NO_CLUES) -> Recovered:
        """Take an interrupted apply's workspace away from its worker, and tell what became of its object.

        From then on that worker applies nothing, whenever it wakes up. Asked are, in the order of `Source`:
        the workspace, the ids of events, the remembered object, the natural id. Whether what the last one
        finds is ours is for the caller to judge. That an object that was made is not shown tells nothing: it
        may not be listed yet. Nothing is lost by asking: what is left can be asked until it is discarded.

        An apply that is still going on is let be, except where it has taken longer than an apply may, or
        `clues.stop` is set: it is stopped then, politely first.

        Raises:
            RunnerFailed: among others where that apply is still going on.
            NotFound: there is no object of `clues.person_id`.
            ProviderFailed: the cloud cannot be asked now.
        """
        ...

    async def discard(self, key: str) -> None:
        """Remove the workspace of the job of that key, whose outcome has been settled.

        Raises:
            RunnerFailed: its apply is still going on; nothing is removed.
        """
        ...

    async def read_data_source(self, question: Question) -> JsonObject:
        """Return the attributes that a data source reads, secrets in clear."""
        ...

    async def preview(
        self, files: Mapping[str, str], providers: Sequence[Trusted], *, key: str, project_id: str
    ) -> Mapping[str, JsonObject]:
        """Plan a folder of configuration files; return OpenTofu's change object by address of resource.

        `key` names the workspace, which is removed in any case.
        """
        ...
