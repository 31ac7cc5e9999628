"""The cost of the gate: a policy-checked create against a bare `tofu plan` and `tofu apply`, in one run.

Prints ratios of medians; the ways take turns, so that a slow moment of the machine meets all of them. Bare
OpenTofu is measured three times: in a folder made ready by `tofu init` from the mirror, as its users run it;
there with the read that the engine adds after a creation; and with the development overrides that the engine
uses, which start a provider without hashing it.

    python tests/bench/gated_create.py [ROUNDS]
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread

from engine.adapters.cache.machine import this_platform
from engine.core.auth.principals import person
from engine.core.operations.states import OperationState
from engine.core.policy.policies import RegoVersion
from engine.core.values import JsonObject
from engine.service.create import create
from engine.service.policies.add import add_policy
from engine.service.policies.attach import attach_policy
from engine.service.projects.create import create_project
from engine.service.projects.update import update_project
from engine.service.run import run
from engine.service.services import Services
from server.bootstrap import open_services
from server.demo.cloud import CREDENTIALS, mock_cloud
from server.settings import Settings
from server.shipped import policies_folder

ROUNDS: Final = 7
GOAL: Final = 1.15
GOAL_OF: Final = "initialised"
_AWS: Final = "hashicorp/aws"
_VERSION: Final = "3.39.0"
_ALICE: Final = person("alice")


class Bare:
    """Bare OpenTofu in one folder with one CLI configuration."""

    def __init__(self, tofu: Path, folder: Path, cli_configuration: str, provider: JsonObject) -> None:
        folder.mkdir()
        path = folder / "cli.tofurc"
        path.write_text(f"provider_installation {{\n  {cli_configuration}\n}}\n", "utf-8")
        self._tofu = tofu
        self._folder = folder
        self._provider = provider
        self._environment = {
            **os.environ,
            **CREDENTIALS,
            "TF_CLI_CONFIG_FILE": str(path),
            "CHECKPOINT_DISABLE": "1",
        }

    def write(self, bucket: str) -> None:
        """Write a configuration with one bucket, and forget the one before."""
        document = {
            "terraform": {"required_providers": {"aws": {"source": _AWS, "version": _VERSION}}},
            "provider": {"aws": self._provider},
            "resource": {"aws_s3_bucket": {"b": {"bucket": bucket}}},
        }
        (self._folder / "main.tf.json").write_text(json.dumps(document), "utf-8")
        (self._folder / "terraform.tfstate").unlink(missing_ok=True)

    def run(self, *arguments: str) -> None:
        """Run one command that must succeed."""
        subprocess.run(
            [self._tofu, *arguments], cwd=self._folder, env=self._environment, check=True, capture_output=True
        )

    def create(self, bucket: str, *, read: bool = False) -> float:
        """Return the seconds of a plan and its apply, and of a read of what it made."""
        self.write(bucket)
        begun = time.perf_counter()
        self.run("plan", "-input=false", "-out=p")
        self.run("apply", "-input=false", "p")
        if read:
            self.run("apply", "-input=false", "-refresh-only", "-auto-approve")
        return time.perf_counter() - begun


def in_thread(create: Callable[[str], float]) -> Callable[[str], Awaitable[float]]:
    """Return a way that leaves the event loop free."""

    async def in_another(bucket: str) -> float:
        return await anyio.to_thread.run_sync(create, bucket)

    return in_another


async def prepare(services: Services, provider: JsonObject) -> None:
    """Make a project that one policy binds."""
    await create_project(services, _ALICE, "bench")
    await update_project(services, _ALICE, "bench", provider_settings={_AWS: provider})
    source = await anyio.Path(policies_folder(), "demo", "demo.rego").read_text("utf-8")
    await add_policy(services, _ALICE, "demo", source, RegoVersion.V1)
    await attach_policy(services, _ALICE, "demo", "bench")


async def gated(services: Services, bucket: str) -> float:
    """Return the seconds of a policy-checked create."""

    async def quiet(_text: str) -> None:
        """Hear nothing."""

    begun = time.perf_counter()
    asked = await create(
        services,
        _ALICE,
        "bench",
        resource_id=bucket,
        provider=_AWS,
        provider_version=_VERSION,
        resource_type="aws_s3_bucket",
        config={"bucket": bucket},
    )
    done = await run(services, asked.id, quiet)
    seconds = time.perf_counter() - begun
    if done.state is not OperationState.FINISHED:
        raise SystemExit(f"the create ended as {done.state}: {done.error}")
    return seconds


async def main(rounds: int) -> None:
    """Measure and print."""
    settings = Settings.load()
    mirror = settings.providers_cache.absolute()
    tofu = settings.tofu or settings.tools / "bin" / "tofu"
    package = mirror / "registry.opentofu.org" / _AWS / _VERSION / this_platform()
    with mock_cloud() as cloud, tempfile.TemporaryDirectory(prefix="intent-bench-") as scratch:
        provider, root = cloud.provider_settings, Path(scratch)
        initialised = Bare(tofu, root / "i", f'filesystem_mirror {{ path = "{mirror}" }}', provider)
        overridden = Bare(tofu, root / "o", f'dev_overrides {{ "{_AWS}" = "{package}" }}', provider)
        initialised.write("none")
        initialised.run("init", "-input=false")
        own = settings.model_copy(update={"home": root / "home", "database_url": ""})
        async with open_services(own, CREDENTIALS) as services:
            await prepare(services, provider)
            ways: dict[str, Callable[[str], Awaitable[float]]] = {
                "gated": lambda bucket: gated(services, bucket),
                "initialised": in_thread(initialised.create),
                "initialised, with the read": in_thread(partial(initialised.create, read=True)),
                "development override": in_thread(overridden.create),
            }
            seconds = {way: [await ways[way](f"bench-{n}-0")] for n, way in enumerate(ways)}
            for turn in range(rounds):
                for n, way in enumerate(ways):
                    seconds[way].append(await ways[way](f"bench-{n}-{turn + 1}"))
    # The first round fills caches.
    medians = {way: statistics.median(taken[1:]) for way, taken in seconds.items()}
    lines = [
        f"gated create / bare plan+apply, {way}: {medians['gated'] / median:.2f}"
        for way, median in medians.items()
        if way != "gated"
    ]
    lines += [f"goal, {GOAL_OF}: ≤ {GOAL}"]
    lines += [f"seconds, medians of {rounds}: {', '.join(f'{way} {m:.2f}' for way, m in medians.items())}"]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    anyio.run(main, int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
