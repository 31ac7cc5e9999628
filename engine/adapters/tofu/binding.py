"""How OpenTofu gets at a provider: the one seam between the runner and the ways to start one.

Today a provider is a development override: no `init`, no lock file, no hashing in every command, and
three starts a change. Integrity is ours then: the files are hashed and compared before each run.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from engine.ports.mirror import ProviderMirror, Trusted

_CLI_CONFIG: Final = "cli.tofurc"


class ProviderBinding(Protocol):
    """Makes providers available to the commands of one workspace."""

    async def bind(self, providers: Sequence[Trusted], folder: Path) -> Mapping[str, str]:
        """Return the environment variables that the workspace's commands need.

        Raises:
            NotFound, NotSetUp: a provider is not at hand.
            Forbidden: the allow-list refuses one.
            IntegrityFailed: a package is not the one that was installed, or not one that is trusted.
        """
        ...


class DevOverrides:
    """Binds unpacked providers by `dev_overrides` in a CLI configuration of the workspace's own."""

    def __init__(self, mirror: ProviderMirror) -> None:
        self._mirror = mirror

    async def bind(self, providers: Sequence[Trusted], folder: Path) -> Mapping[str, str]:
        """Verify each package and write the CLI configuration."""
        lines = []
        for provider in providers:
            package = self._mirror.resolve(provider.pin.address, provider.pin.version)
            await self._mirror.verify(package, provider.hashes)
            lines.append(f"    {_quote(package.pin.address.full)} = {_quote(str(package.folder))}\n")
        path = folder / _CLI_CONFIG
        path.write_text(f"provider_installation {{\n  dev_overrides {{\n{''.join(lines)}  }}\n}}\n", "utf-8")
        return {"TF_CLI_CONFIG_FILE": str(path)}


def _quote(text: str) -> str:
    # HCL's quoted strings are JSON's but for templates, which neither an address nor a checked path holds.
    return json.dumps(text)
