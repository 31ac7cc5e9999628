"""One opened job: planned once, applied at most once, and what came of it read back."""

from typing import Final

from engine.adapters.tofu.commands import STATE_FILE
from engine.adapters.tofu.effect import Effect
from engine.adapters.tofu.outcome import outcome_of
from engine.adapters.tofu.session import Session, missing_object
from engine.adapters.tofu.workspace import CONFIG_FILE, Workspace, configuration
from engine.core.errors import NotSetUp, ProviderFailed, RunnerFailed
from engine.core.limits import PLAN_TIMEOUT_SECONDS
from engine.core.plans.decode import decode_plan, decode_values
from engine.core.plans.plan import Action, Plan
from engine.core.state import InstanceState, StateEntry, read_instance, state_document
from engine.core.values import JsonObject, differences
from engine.ports.runner import Applied, Job, Listener, Stop

_STATE_WRITER: Final = "1.6.0"


class TofuRun:
    """One opened job.

    Attributes:
        outcome_known: False where the state that is left may not be the whole truth.
    """

    def __init__(self, job: Job, workspace: Workspace, session: Session, effect: Effect) -> None:
        self.outcome_known = True
        self._job = job
        self._workspace = workspace
        self._session = session
        self._effect = effect
        self._address = f"{job.resource_type}.{job.name}"
        self._plan_sha256 = ""
        self._imported: InstanceState | None = None

    @property
    def applying(self) -> bool:
        """True from the moment when an apply may have changed something."""
        return self._effect.begun

    def prepare(self) -> None:
        """Write the configuration and the state that OpenTofu starts from."""
        write_job(self._job, self._workspace)

    async def plan(self) -> Plan:
        """Plan; see the port."""
        match self._job.kind:
            case "import":
                return await self._plan_import()
            case "refresh":
                return await self._plan_refresh()
            case "create" | "update" | "delete":
                plan = decode_plan(await self._plan_and_show(), self._address)
                # The plan of a deletion does not speak of an object that is gone already.
                gone = self._job.kind == "delete" and plan.nothing_to_do
                return plan.model_copy(update={"missing": True}) if gone else plan

    async def rehearse(self, config: JsonObject) -> Plan:
        """Plan what the import found against a configuration; see the port."""
        write_config(self._job, self._workspace, config)
        return decode_plan(await self._plan_and_show(), self._address)

    async def apply(self, listener: Listener | None = None, *, stop: Stop | None = None) -> Applied:
        """Apply the plan; see the port."""
        if self._job.kind == "import":
            return Applied(state=self._imported)
        self._job.require_known()
        completed, log = await self._effect.apply(self._address, self._plan_sha256, listener, stop)
        applied = outcome_of(self._job, self._workspace, completed, log)
        if applied.failure is None and self._job.kind == "create":
            applied = await self._read_once(applied)
        self.outcome_known = applied.outcome_known
        return applied

    async def _plan_and_show(self) -> object:
        commands, kind, what = self._session.commands, self._job.kind, f"planning {self._address}"
        arguments = commands.plan_change(
            destroy=kind == "delete",
            refresh_only=kind == "refresh",
            refresh=self._job.refresh and self._job.state is not None,
        )
        await self._session.require(arguments, PLAN_TIMEOUT_SECONDS, what)
        self._plan_sha256 = self._effect.plan_sha256()
        return await self._session.json(commands.show_plan(), PLAN_TIMEOUT_SECONDS, what)

    async def _plan_import(self) -> Plan:
        what = f"importing {self._address}"
        arguments = self._session.commands.import_object(self._address, self._job.import_id)
        try:
            await self._session.require(arguments, PLAN_TIMEOUT_SECONDS, what)
        except ProviderFailed as error:
            raise missing_object(error, self._job.resource_type) or error from error
        document = self._workspace.read_state()
        self._imported = (
            read_instance(document, self._job.resource_type, self._job.name) if document else None
        )
        if self._imported is None:
            raise RunnerFailed(f"{what}: OpenTofu reported success and wrote no state")
        return Plan(address=self._address, actions=(Action.IMPORT,), after=self._imported.attributes)

    async def _plan_refresh(self) -> Plan:
        before = self._job.state.attributes if self._job.state is not None else {}
        after = decode_values(await self._plan_and_show(), self._address)
        drift = () if after is None else differences(before, after)
        return Plan(
            address=self._address,
            actions=(Action.REFRESH,) if drift or after is None else (Action.NO_OP,),
            before=before,
            after=after,
            drift=drift,
            missing=after is None,
        )

    async def _read_once(self, applied: Applied) -> Applied:
        """Read the new object once: a first read makes absent maps empty ones and fills what came late."""
        try:
            completed = await self._effect.read_again()
            document = self._workspace.read_state()
        except (NotSetUp, RunnerFailed):
            # What was made is known; only what is late of it is missing.
            return applied
        if completed.status != 0 or document is None:
            return applied
        state = read_instance(document, self._job.resource_type, self._job.name)
        # A cloud that does not list the object yet has not deleted it.
        return applied if state is None else Applied(state=state)


def write_job(job: Job, workspace: Workspace) -> None:
    """Write the configuration and the state that OpenTofu starts from."""
    write_config(job, workspace, job.config)
    if job.state is not None:
        entry = StateEntry(
            resource_type=job.resource_type,
            name=job.name,
            provider=job.pin.address,
            instance=job.state.model_copy(update={"dependencies": []}),
        )
        state = state_document([entry], lineage=job.lineage, serial=job.serial, tofu_version=_STATE_WRITER)
        workspace.write_json(STATE_FILE, state)


def write_config(job: Job, workspace: Workspace, config: JsonObject) -> None:
    """Write the configuration; a resource to delete or only to read has none."""
    document = configuration(
        job.pin.address,
        job.settings,
        section="resource" if job.kind in ("create", "update", "import") else None,
        block_type=job.resource_type,
        name=job.name,
        config=config,
    )
    workspace.write_json(CONFIG_FILE, document)
