"""What doctor asks of this machine, and the name of its platform. The use case judges the answers."""

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_ARCHITECTURES: Final = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def this_platform() -> str:
    """Return the platform as OpenTofu spells it, for example `linux_amd64`."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{_ARCHITECTURES.get(machine, machine)}"


class LocalMachine:
    """The `Machine` port for the machine and interpreter that this runs on."""

    def __init__(self, clients: Mapping[str, Sequence[str] | None]) -> None:
        self._clients = clients

    def python_version(self) -> str:
        """Return the interpreter's version; see the port."""
        return ".".join(str(part) for part in sys.version_info[:3])

    def programs(self) -> Mapping[str, str | None]:
        """Return how the package clients are started; see the port."""
        return {name: " ".join(command) if command else None for name, command in self._clients.items()}

    def distributions(self, module: str) -> Sequence[str]:
        """Return what gives an import name; see the port."""
        return sorted(set(importlib.metadata.packages_distributions().get(module, [])))

    def unwritable(self, folder: Path) -> str | None:
        """Return why a folder cannot be written; see the port."""
        existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
        if not existing.is_dir():
            return f"{existing} is not a folder"
        if not os.access(existing, os.W_OK | os.X_OK):
            return f"{existing} may not be written by this user"
        if shutil.disk_usage(existing).free == 0:
            return f"{existing} is on a full disk"
        return None
