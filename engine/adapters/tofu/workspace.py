"""A folder that OpenTofu runs in: private, about one resource, removed when its outcome is settled."""

import json
import shutil
from pathlib import Path
from typing import Any, Final

import anyio.to_thread

from engine.adapters.tofu.commands import STATE_FILE
from engine.adapters.tofu.literals import literals, with_unknowns
from engine.core.addrs import ProviderAddress
from engine.core.errors import NotSetUp, RunnerFailed
from engine.core.limits import STATE_FILE_MAX_BYTES
from engine.core.values import JsonObject

CONFIG_FILE: Final = "main.tf.json"
ERRORED_STATE_FILE: Final = "errored.tfstate"
# What OpenTofu said while it applied. It writes it itself, so that no word is lost with the engine.
EVENTS_FILE: Final = "apply.jsonl"
_PRIVATE: Final = 0o700
_PRIVATE_FILE: Final = 0o600


class Workspace:
    """One private folder and the files in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def make(self) -> None:
        """Make the folder anew.

        Raises:
            NotSetUp: it cannot be made, for want of rights or of room.
        """
        try:
            await anyio.to_thread.run_sync(self._make)
        except OSError as error:
            raise NotSetUp(
                f"the working folder {self.folder} cannot be made: {error.strerror}",
                hint="make it writable, or set INTENT_HOME to a folder that is",
            ) from error

    async def remove(self) -> None:
        """Remove the folder with everything in it."""
        await anyio.to_thread.run_sync(shutil.rmtree, self.folder, True)  # noqa: FBT003 - rmtree's ignore_errors: what cannot be removed is left, private

    def write(self, name: str, content: str) -> None:
        """Write one file, private like its folder."""
        path = self.folder / name
        path.touch(_PRIVATE_FILE)
        path.write_text(content, "utf-8")

    def write_json(self, name: str, document: JsonObject) -> None:
        """Write one JSON file."""
        self.write(name, json.dumps(document, ensure_ascii=False))

    def read_state(self, name: str = STATE_FILE) -> Any | None:  # noqa: ANN401 - decoded by engine.core.state
        """Return the state file's document, or None where it is absent, empty or no JSON (a torn write).

        Raises:
            RunnerFailed: the file is larger than 64 MiB.
        """
        path = self.folder / name
        try:
            if path.stat().st_size > STATE_FILE_MAX_BYTES:
                raise RunnerFailed(f"OpenTofu wrote a state of more than {STATE_FILE_MAX_BYTES} bytes")
            return json.loads(path.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def lines(self, name: str) -> list[str]:
        """Return the lines of a file, none where it is absent."""
        try:
            return (self.folder / name).read_text("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return []

    def _make(self) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        self.folder.mkdir(mode=_PRIVATE)


def configuration(  # noqa: PLR0913 - each is a part of the document, given by name
    address: ProviderAddress,
    settings: JsonObject,
    *,
    section: str | None = None,
    block_type: str = "",
    name: str = "",
    config: JsonObject | None = None,
) -> JsonObject:
    """Return a workspace's configuration: one provider, and at most one block of a section.

    `section` is `resource` or `data`. The block names its provider: its type's prefix may be another.
    """
    document: JsonObject = {
        "terraform": {"required_providers": {address.name: {"source": address.full}}},
        "provider": {address.name: literals(settings)},
    }
    if section is not None:
        block = {**with_unknowns(config or {}), "provider": address.name}
        document[section] = {block_type: {name: block}}
    return document
