"""Writing the stdio server into an editor's configuration: merged in, all other entries as they were."""

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from engine.core.errors import InvalidInput
from server.mcp.toml_tables import table_names, with_table

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
_ARGUMENTS: Final = ("mcp",)


class Client(StrEnum):
    """An editor or agent that starts MCP servers."""

    CLAUDE = "claude"
    CURSOR = "cursor"
    VSCODE = "vscode"
    CODEX = "codex"
    GEMINI = "gemini"


@dataclass(frozen=True)
class Installed:
    """What was done.

    Attributes:
        file: the configuration that has the entry now.
        changed: False where it had it already.
        env: what the entry sets for the server.
    """

    client: Client
    name: str
    file: Path
    changed: bool
    env: Mapping[str, str]


@dataclass(frozen=True)
class Launch:
    """How the server is started.

    Attributes:
        command: absolute path of the `intent` script.
        env: its settings, each where the entry has no value of its own.
    """

    command: str
    env: Mapping[str, str]


@dataclass(frozen=True)
class _Target:
    """Where a client keeps its servers: a file of the project or of the person, below one member.

    Attributes:
        typed: True where an entry names its transport.
    """

    file: str
    member: str
    typed: bool = True
    personal: bool = False


_TARGETS: Final[Mapping[Client, _Target]] = MappingProxyType(
    {
        Client.CLAUDE: _Target(".mcp.json", "mcpServers"),
        Client.CURSOR: _Target(".cursor/mcp.json", "mcpServers"),
        Client.VSCODE: _Target(".vscode/mcp.json", "servers"),
        Client.CODEX: _Target(".codex/config.toml", "mcp_servers", typed=False, personal=True),
        Client.GEMINI: _Target(".gemini/settings.json", "mcpServers", typed=False),
    }
)


def install(client: Client, *, name: str, launch: Launch, project_folder: Path, home: Path) -> Installed:
    """Write an entry that starts the server; an entry of that name is replaced, its own `env` goes first.

    Args:
        client: whose configuration it is.
        name: what the client calls the server.
        launch: how the server is started.
        project_folder: holds the configuration of every client but Codex.
        home: the person's folder, which holds that of Codex.

    Raises:
        InvalidInput: the name cannot be one; or the file cannot be read, understood or written and is as it
            was.
    """
    if _NAME.fullmatch(name) is None:
        raise InvalidInput(f"{name!r} is no server name", field="name", hint="use letters, digits, - and _")
    target = _TARGETS[client]
    file = (home if target.personal else project_folder) / target.file
    merge = _merged_toml if file.suffix == ".toml" else _merged_json
    try:
        # A link stays a link: what it leads to is replaced.
        real = file.resolve()
        before = real.read_bytes().decode() if real.exists() else ""
        after, merged = merge(before, target, name, launch)
        if after != before:
            _replace(real, after)
    except (OSError, ValueError) as wrong:
        raise InvalidInput(
            f"{file} was left as it is: {wrong}",
            field="client",
            hint=f"mend the file, or add a server by hand that runs {launch.command} {' '.join(_ARGUMENTS)}",
        ) from wrong
    return Installed(client, name, file, changed=after != before, env=merged)


def _merged_json(before: str, target: _Target, name: str, launch: Launch) -> tuple[str, dict[str, str]]:
    """Return the file with the entry in it, and the entry's environment."""
    document = json.loads(before, object_pairs_hook=_once_each) if before.strip() else {}
    servers = document.get(target.member, {}) if isinstance(document, dict) else None
    if not isinstance(servers, dict):
        raise ValueError(f"{target.member} is no JSON object")  # noqa: TRY004  # content of a file, no bug
    old = servers.get(name)
    env = _joined(launch, old if isinstance(old, dict) else {})
    kind = {"type": "stdio"} if target.typed else {}
    entry = {**kind, "command": launch.command, "args": [*_ARGUMENTS], "env": env}
    if old == entry:
        return before, env
    merged = {**document, target.member: {**servers, name: entry}}
    return json.dumps(merged, indent=2, ensure_ascii=False) + "\n", env


def _joined(launch: Launch, old: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment of an entry: the settings, and above them what it had."""
    own = old.get("env", {})
    if not isinstance(own, dict):
        raise ValueError("env is no object")  # noqa: TRY004  # content of a file, no bug
    return {**launch.env, **own}


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; one that names a member twice would lose it."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("it names a member twice")
    return members


def _merged_toml(before: str, target: _Target, name: str, launch: Launch) -> tuple[str, dict[str, str]]:
    """Return the file with the entry in it, and the entry's environment."""
    servers = tomllib.loads(before).get(target.member, {})
    old = servers.get(name, {}) if isinstance(servers, dict) else None
    if not isinstance(old, dict):
        raise ValueError(f"{target.member} is no table of tables")  # noqa: TRY004  # content of a file, no bug
    env = _joined(launch, old)
    table = (target.member, name)
    entry: dict[str, Any] = {"command": launch.command, "args": [*_ARGUMENTS]}
    if old == {**entry, "env": env}:
        return before, env
    if (*table, "env") not in table_names(before):
        return with_table(before, table, {**entry, "env": env}), env
    after = with_table(before, table, entry)
    # Touched only where it gains something: replacing a table loses the comments in it.
    return (after if env == old["env"] else with_table(after, (*table, "env"), env)), env


def _replace(file: Path, text: str) -> None:
    """Write a file whole or not at all, with the rights that it had."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as draft:
        written = Path(draft.name)
        draft.write(text.encode())
        draft.flush()
        os.fsync(draft.fileno())
    try:
        written.chmod(file.stat().st_mode if file.exists() else 0o644)
        written.replace(file)
    finally:
        written.unlink(missing_ok=True)
