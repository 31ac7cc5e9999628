"""The runners that the contract suite holds to one promise, each with a cloud to meddle with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import boto3  # type: ignore[import-untyped]  # it ships no types

from engine.adapters.cache.machine import this_platform
from engine.adapters.cache.mirror import FilesystemMirror
from engine.adapters.integrations import CallerIntegrations
from engine.adapters.tofu.binding import DevOverrides
from engine.adapters.tofu.runner import TofuRunner
from engine.adapters.tofu.slots import Slots
from engine.adapters.tofu.toolchain import Toolchain
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.state import InstanceState
from engine.core.values import JsonObject
from engine.ports.questions import Question
from engine.ports.runner import Applied, Job, JobKind, Runner
from engine.testing.clouds import FakeCloud
from engine.testing.mirrors import FakeMirror
from engine.testing.runners import FakeRunner
from engine.testing.schemas import FAKE_PIN
from server.bootstrap import locate_tofu
from server.demo.cloud import CREDENTIALS, MockCloud
from server.settings import Settings

AWS_PIN: Final = ProviderPin(address=ProviderAddress.parse("hashicorp/aws"), version=Version.parse("3.39.0"))
NULL_PIN: Final = ProviderPin(address=ProviderAddress.parse("hashicorp/null"), version=Version.parse("2.1.2"))
_LINEAGE: Final = "3f2a1c9e-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Bench:
    """A runner with a resource type whose objects have their name for an id, and that a new name replaces.

    Attributes:
        note: an attribute that changes in place.
        drift: sets the note of an object behind the runner's back.
        left: the keys of the workspaces that exist.
    """

    runner: Runner
    pin: ProviderPin
    resource_type: str
    settings: JsonObject
    required: JsonObject
    note: str
    drift: Callable[[str, str], None]
    remove: Callable[[str], None]
    exists: Callable[[str], bool]
    left: Callable[[], Sequence[str]]

    def config(self, name: str, note: str = "first") -> JsonObject:
        """Return a configuration."""
        return {"name": name, self.note: note, **self.required}

    def job(
        self,
        kind: JobKind,
        config: JsonObject | None = None,
        state: InstanceState | None = None,
        import_id: str = "",
    ) -> Job:
        """Return a job with a key of its own."""
        return Job(
            key=str(uuid4()),
            kind=kind,
            pin=self.pin,
            resource_type=self.resource_type,
            name="it",
            settings=self.settings,
            config=config or {},
            state=state,
            import_id=import_id,
            lineage=_LINEAGE,
            serial=1,
        )

    def question(self, name: str) -> Question:
        """Return what a data source is asked about the object of a name."""
        return Question(
            key=str(uuid4()),
            pin=self.pin,
            data_source_type=self.resource_type,
            config={"name": name},
            settings=self.settings,
        )

    async def apply(self, job: Job) -> Applied:
        """Plan and apply a job."""
        async with self.runner.open(job, quiet) as run:
            await run.plan()
            return await run.apply()

    async def made(self, name: str) -> InstanceState:
        """Make an object and return its state."""
        applied = await self.apply(self.job("create", self.config(name)))
        assert applied.state is not None
        return applied.state


async def quiet(_text: str) -> None:
    """Hear progress and do nothing."""


def fake_bench() -> Bench:
    """Return the fake runner on its cloud."""
    cloud = FakeCloud()
    runner = FakeRunner(cloud, FakeMirror())
    kind = "fake_secret"

    def drift(name: str, note: str) -> None:
        cloud.objects[kind, name]["note"] = note

    return Bench(
        runner=runner,
        pin=FAKE_PIN,
        resource_type=kind,
        settings={},
        required={"value": "tops3cret"},
        note="note",
        drift=drift,
        remove=lambda name: cloud.delete(kind, name),
        exists=lambda name: (kind, name) in cloud.objects,
        left=lambda: sorted(runner.workspaces),
    )


def real_runner(work: Path, caller: JsonObject | None = None) -> TofuRunner:
    """Return the runner on the OpenTofu and the providers that set-up brought."""
    settings = Settings.load()
    mirror = FilesystemMirror(settings.providers_cache, this_platform())

    async def locate() -> Path:
        return await locate_tofu(settings)

    caller_environment = {**CREDENTIALS, **{name: str(value) for name, value in (caller or {}).items()}}
    toolchain = Toolchain(
        locate=locate,
        binding=DevOverrides(mirror),
        caller=caller_environment,
        integrations=CallerIntegrations(caller_environment),
        slots=Slots(work.parent / "slots", 2),
    )
    return TofuRunner(toolchain, work)


def ssm(moto: MockCloud) -> Any:
    """Return a client of the cloud's parameter store."""
    return boto3.client(
        "ssm",
        endpoint_url=moto.url,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106 - the mock cloud takes any
    )


def real_bench(moto: MockCloud, work: Path) -> Bench:
    """Return the real runner with the AWS provider on a mock cloud."""
    client = ssm(moto)

    def drift(name: str, note: str) -> None:
        client.put_parameter(Name=name, Value="tops3cret", Type="String", Description=note, Overwrite=True)

    def exists(name: str) -> bool:
        return bool(client.get_parameters(Names=[name])["Parameters"])

    return Bench(
        runner=real_runner(work),
        pin=AWS_PIN,
        resource_type="aws_ssm_parameter",
        settings=moto.provider_settings,
        required={"type": "String", "value": "tops3cret"},
        note="description",
        drift=drift,
        remove=lambda name: client.delete_parameter(Name=name),
        exists=exists,
        left=lambda: sorted(path.name for path in work.iterdir()) if work.exists() else [],
    )
