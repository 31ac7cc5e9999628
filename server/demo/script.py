"""The demo's script: what the assistant asks for, what the policies and a second person say to it."""

from typing import Final

import anyio

from engine.core.limits import LIST_DEFAULT
from engine.core.operations.states import OperationState
from engine.core.policy.policies import RegoVersion
from engine.ports.mirror import Trusted
from engine.service.export import ExportFormat, export
from engine.service.history import history
from engine.service.policies.add import add_policy
from engine.service.policies.attach import attach_policy
from engine.service.projects.create import create_project
from engine.service.projects.update import update_project
from engine.service.verify_audit import verify_audit
from server.demo.cast import AWS, PROJECT, VERSION, Cast
from server.demo.cloud import MockCloud
from server.demo.eyes import Eyes
from server.demo.stage import Stage
from server.shipped import policies_folder

_BUCKET: Final = "intent-demo-logs"
_TABLE: Final = "intent-demo"
_PARAMETER: Final = "/intent-demo/greeting"
_SHOWN_LINES: Final = 14


class Script:
    """The acts in their order; each shows what it does and whether it came as expected."""

    def __init__(self, cast: Cast, cloud: MockCloud, stage: Stage) -> None:
        self._cast = cast
        self._cloud = cloud
        self._eyes = Eyes(cloud)
        self._stage = stage

    async def play(self, *, clean_up: bool) -> None:
        """Play all acts; `clean_up` deletes what was made."""
        await self._scene()
        await self._allowed()
        await self._denied()
        await self._reviewed()
        await self._drifted()
        await self._imported()
        await self._depended_upon()
        await self._exported()
        if clean_up:
            await self._deleted()
        await self._looked_back()

    async def _scene(self) -> None:
        self._stage.step(f"a project on a mock cloud at {self._cloud.url}, bound by one policy")
        services, alice = self._cast.services, self._cast.alice
        await create_project(services, alice, PROJECT, ("env:demo",))
        settings = {AWS: self._cloud.provider_settings}
        await update_project(services, alice, PROJECT, provider_settings=settings)
        source = await anyio.Path(policies_folder(), "demo", "demo.rego").read_text("utf-8")
        await add_policy(services, alice, "demo", source, RegoVersion.V1)
        await attach_policy(services, alice, "demo", PROJECT)
        self._stage.say("it allows S3 and SSM, denies EC2, and says nothing of anything else")

    async def _allowed(self) -> None:
        self._stage.step("alice's assistant makes a bucket, then tags it")
        await self._cast.create("logs", "aws_s3_bucket", {"bucket": _BUCKET, "acl": "private"})
        self._stage.expect("the bucket is in the cloud", await self._eyes.buckets() == [_BUCKET])
        await self._cast.update("logs", {"tags": {"owner": "alice"}})
        self._stage.expect("it carries the tag", await self._eyes.tags(_BUCKET) == {"owner": "alice"})

    async def _denied(self) -> None:
        self._stage.step("it asks for a virtual machine")
        refused = await self._cast.create(
            "worker", "aws_instance", {"ami": "ami-12c6146b", "instance_type": "t3.micro"}
        )
        denied = refused.operation.state is OperationState.DENIED
        self._stage.expect("refused, and nothing was made", denied and await self._eyes.instances() == [])

    async def _reviewed(self) -> None:
        self._stage.step("it asks for a table, of which no rule speaks")
        waiting = await self._cast.create(
            "table",
            "aws_dynamodb_table",
            {
                "name": _TABLE,
                "hash_key": "id",
                "billing_mode": "PAY_PER_REQUEST",
                "attribute": [{"name": "id", "type": "S"}],
            },
        )
        waits = waiting.operation.state is OperationState.PENDING_REVIEW
        self._stage.expect("it waits, and nothing was made", waits and await self._eyes.tables() == [])
        self._stage.say("bob reads the plan and approves exactly it; the assistant resumes")
        await self._cast.approve(waiting, "fine for the demo")
        await self._cast.resume(waiting)
        self._stage.expect("the table is in the cloud", await self._eyes.tables() == [_TABLE])

    async def _drifted(self) -> None:
        self._stage.step("somebody changes the bucket behind the engine's back")
        await self._eyes.tag(_BUCKET, "mallory")
        seen = await self._cast.refresh("logs")
        drift = seen.resource.drift if seen.resource is not None else ()
        self._stage.drift(drift)
        self._stage.expect("the drift is seen", {"tags.owner"} <= {d.path for d in drift})
        await self._cast.update("logs", {})
        self._stage.expect("an update puts it right", await self._eyes.tags(_BUCKET) == {"owner": "alice"})

    async def _imported(self) -> None:
        self._stage.step("a parameter that was made by hand is imported")
        await self._eyes.put_parameter(_PARAMETER, "hello")
        found = await self._cast.import_("greeting", "aws_ssm_parameter", _PARAMETER)
        imported = found.operation.state is OperationState.FINISHED
        self._stage.expect("it is a resource of the project now", imported)

    async def _depended_upon(self) -> None:
        self._stage.step("another parameter refers to the bucket, so the bucket cannot go first")
        await self._cast.create(
            "bucket-arn",
            "aws_ssm_parameter",
            {"name": "/intent-demo/bucket", "type": "String", "value": {"$ref": "logs.arn"}},
        )
        held = await self._cast.delete("logs")
        refused = held.error is not None and held.error.code == "conflict"
        self._stage.expect("deleting it is refused", refused and await self._eyes.buckets() == [_BUCKET])

    async def _exported(self) -> None:
        self._stage.step("the project as HCL and state, for plain OpenTofu")
        services, alice = self._cast.services, self._cast.alice
        written = await export(services, alice, PROJECT, None, ExportFormat.HCL)
        state = await export(services, alice, PROJECT, None, ExportFormat.STATE)
        for line in written.files["main.tf"].splitlines()[:_SHOWN_LINES]:
            self._stage.say(f"│ {line}")
        pins = [Trusted(pin=p.pin) for p in services.mirror.packages() if str(p.pin) == f"{AWS} {VERSION}"]
        files = {**written.files, **state.files}
        changes = await services.runner.preview(files, pins, key=services.ids.new(), project_id="")
        planned = {address: change["actions"] for address, change in changes.items()}
        for address, actions in planned.items():
            self._stage.say(f"tofu plan: {address}: {actions}")
        everything = len(planned) == len(("logs", "table", "greeting", "bucket-arn"))
        unchanged = all(actions == ["no-op"] for actions in planned.values())
        self._stage.expect("OpenTofu finds no changes", everything and unchanged)

    async def _deleted(self) -> None:
        self._stage.step("everything is deleted, dependents first")
        for resource_id in ("bucket-arn", "greeting", "logs"):
            await self._cast.delete(resource_id)
        waiting = await self._cast.delete("table")
        self._stage.say("the end of a table needs a person, too")
        await self._cast.approve(waiting, "the demo is over")
        await self._cast.resume(waiting)
        left = [*await self._eyes.buckets(), *await self._eyes.tables(), *await self._eyes.parameters()]
        self._stage.expect("the cloud is empty", left == [])

    async def _looked_back(self) -> None:
        self._stage.step("the history, and the audit chain behind it")
        services, alice = self._cast.services, self._cast.alice
        past = (await history(services, alice, PROJECT, limit=LIST_DEFAULT)).operations
        self._stage.history(past)
        entries = await verify_audit(services, alice)
        self._stage.expect(f"{entries} audit entries verify", entries > len(past))
