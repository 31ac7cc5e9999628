"""Editors' configurations: the entry is merged in, all else stays, and a file that is not understood too."""

import json
import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import InvalidInput
from server.mcp.install import Client, Installed, Launch, install
from server.mcp.toml_tables import with_table

COMMAND = "/opt/venv/bin/intent"
ENV = {"INTENT_HOME": "/home/ada/intent", "INTENT_PROJECT": "web"}
STDIO = {"type": "stdio", "command": COMMAND, "args": ["mcp"], "env": ENV}
PLAIN = {"command": COMMAND, "args": ["mcp"], "env": ENV}
FILES: dict[Client, tuple[str, dict[str, Any]]] = {
    Client.CLAUDE: (".mcp.json", {"mcpServers": {"intent": STDIO}}),
    Client.CURSOR: (".cursor/mcp.json", {"mcpServers": {"intent": STDIO}}),
    Client.VSCODE: (".vscode/mcp.json", {"servers": {"intent": STDIO}}),
    Client.GEMINI: (".gemini/settings.json", {"mcpServers": {"intent": PLAIN}}),
}


def put(folder: Path, client: Client, name: str = "intent", command: str = COMMAND) -> Installed:
    home = folder / "home"
    launch = Launch(command, ENV)
    return install(client, name=name, launch=launch, project_folder=folder / "project", home=home)


@pytest.mark.requirement("2.6.install")
@pytest.mark.parametrize("client", FILES)
def test_a_new_file_has_the_stdio_form_of_its_client(tmp_path: Path, client: Client) -> None:
    place, content = FILES[client]
    file = tmp_path / "project" / place
    assert put(tmp_path, client) == Installed(client, "intent", file, changed=True, env=ENV)
    assert json.loads(file.read_text()) == content
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


@pytest.mark.parametrize("client", Client)
def test_a_second_run_touches_nothing(tmp_path: Path, client: Client) -> None:
    file = put(tmp_path, client).file
    before = file.stat()
    assert put(tmp_path, client) == Installed(client, "intent", file, changed=False, env=ENV)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert os.listdir(file.parent) == [file.name]  # noqa: PTH208 - names are enough


@pytest.mark.requirement("2.6.install")
def test_other_entries_their_order_and_the_rights_of_the_file_stay(tmp_path: Path) -> None:
    file = tmp_path / "project" / ".mcp.json"
    file.parent.mkdir()
    other = {"command": "x", "args": ["ü"]}
    old = {"type": "http", "url": "http://old", "env": {"INTENT_HOME": "/data"}}
    file.write_text(json.dumps({"a": 1, "mcpServers": {"z": other, "intent": old, "b": other}, "c": [None]}))
    file.chmod(0o600)
    assert put(tmp_path, Client.CLAUDE).changed
    mine = {**STDIO, "env": {"INTENT_HOME": "/data", "INTENT_PROJECT": "web"}}
    merged = {"a": 1, "mcpServers": {"z": other, "intent": mine, "b": other}, "c": [None]}
    assert file.read_text() == json.dumps(merged, indent=2, ensure_ascii=False) + "\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "mcp.json"
    real.parent.mkdir()
    real.write_text("{}")
    link = tmp_path / "project" / ".mcp.json"
    link.parent.mkdir()
    link.symlink_to(real)
    assert put(tmp_path, Client.CLAUDE).changed
    assert link.is_symlink()
    assert json.loads(real.read_text()) == FILES[Client.CLAUDE][1]


@pytest.mark.parametrize(
    "content",
    [
        b'{"mcpServers": {} // mine\n}',
        b"[]",
        b'{"mcpServers": []}',
        b'{"mcpServers": {"a": {}, "a": {}}}',
        b"\xff",
        b'{"mcpServers": {"intent": {"env": []}}}',
        b'{"mcpServers": {',
    ],
)
def test_json_that_is_not_understood_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "project" / ".mcp.json"
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(InvalidInput, match="was left as it is") as refused:
        put(tmp_path, Client.CLAUDE)
    assert refused.value.hint is not None
    assert f"runs {COMMAND} mcp" in refused.value.hint
    assert file.read_bytes() == content


CODEX = """\
# my settings
model = "o9"   # keep

[mcp_servers.other]
command = "x"
args = [
  "[mcp_servers.intent]",
]

[mcp_servers.intent]   # ours
command = "old"
args = ["mcp"]
startup_timeout_sec = 3

# about the next table
[mcp_servers.intent.env]
# mine
INTENT_HOME = "/data"
INTENT_PROJECT = "sandbox"

[tui]
theme = "dark"
"""


@pytest.mark.requirement("2.6.install")
def test_in_toml_only_the_table_is_replaced_and_the_rest_stays_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "home" / ".codex" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(CODEX)
    own = {"INTENT_HOME": "/data", "INTENT_PROJECT": "sandbox"}
    assert put(tmp_path, Client.CODEX) == Installed(Client.CODEX, "intent", file, changed=True, env=own)
    old = '[mcp_servers.intent]   # ours\ncommand = "old"\nargs = ["mcp"]\nstartup_timeout_sec = 3\n'
    new = f'[mcp_servers.intent]\ncommand = "{COMMAND}"\nargs = ["mcp"]\n'
    assert file.read_text() == CODEX.replace(old, new)
    assert not put(tmp_path, Client.CODEX).changed


@pytest.mark.parametrize("before", ["", 'model = "o9"', 'model = "o9"\n', "[tui]\r\na = 1\r\n"])
def test_a_table_that_is_not_there_is_appended(tmp_path: Path, before: str) -> None:
    file = tmp_path / "home" / ".codex" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_bytes(before.encode())
    assert put(tmp_path, Client.CODEX, command='C:\\a "b"\\ü').changed
    after = file.read_bytes().decode()
    assert after.startswith(before)
    servers = tomllib.loads(after)["mcp_servers"]
    assert servers == {"intent": {"command": 'C:\\a "b"\\ü', "args": ["mcp"], "env": ENV}}


def test_an_inline_env_of_the_table_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "home" / ".codex" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[mcp_servers.intent]\ncommand = "old"\nenv = { INTENT_HOME = "/data" }\n')
    assert put(tmp_path, Client.CODEX).changed
    entry = tomllib.loads(file.read_text())["mcp_servers"]["intent"]
    assert entry == {"command": COMMAND, "args": ["mcp"], "env": {**ENV, "INTENT_HOME": "/data"}}


def test_a_table_of_settings_gains_what_it_lacks(tmp_path: Path) -> None:
    file = tmp_path / "home" / ".codex" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(CODEX.replace('INTENT_PROJECT = "sandbox"\n', 'AWS_PROFILE = "ü😀"\n'))
    before = tomllib.loads(file.read_text())
    assert put(tmp_path, Client.CODEX).changed
    env = {"INTENT_HOME": "/data", "INTENT_PROJECT": "web", "AWS_PROFILE": "ü😀"}
    mine = {"command": COMMAND, "args": ["mcp"], "env": env}
    assert tomllib.loads(file.read_text()) == {
        **before,
        "mcp_servers": {**before["mcp_servers"], "intent": mine},
    }
    assert not put(tmp_path, Client.CODEX).changed


@pytest.mark.parametrize(
    "content",
    [
        "model = ",
        'mcp_servers = "none"\n',
        'mcp_servers = { intent = { command = "x" } }\n',
        '[mcp_servers]\nintent = { command = "x" }\n',
        'mcp_servers.intent.command = "x"\n',
        'text = """\n[mcp_servers.intent]\n"""\n',
    ],
)
def test_toml_that_cannot_be_edited_safely_is_left_as_it_is(tmp_path: Path, content: str) -> None:
    file = tmp_path / "home" / ".codex" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(content)
    with pytest.raises(InvalidInput, match="was left as it is"):
        put(tmp_path, Client.CODEX)
    assert file.read_text() == content


@pytest.mark.parametrize("name", ["", "a.b", "a b", "-a", "x" * 64, "ü"])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="is no server name"):
        put(tmp_path, Client.CLAUDE, name=name)
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - names are enough


def test_a_folder_that_cannot_be_written_is_an_error_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "project").write_text("a file, not a folder")
    with pytest.raises(InvalidInput, match="was left as it is"):
        put(tmp_path, Client.CURSOR)


_KEYS = st.from_regex(r"[a-z]{1,5}", fullmatch=True)
_TABLES = st.dictionaries(_KEYS, st.dictionaries(_KEYS, st.integers(0, 9), max_size=3), max_size=4)


@given(_TABLES, st.text(alphabet="# \n", max_size=8))
def test_setting_a_table_changes_nothing_else_in_meaning(
    tables: dict[str, dict[str, int]], between: str
) -> None:
    comment = "".join(f"{line} # note\n" for line in between.splitlines())
    text = "".join(
        f"[s.{name}]\n" + "".join(f"{k} = {v}\n" for k, v in members.items()) + comment
        for name, members in tables.items()
    )
    after = with_table(text, ("s", "mine"), {"command": "c"})
    assert tomllib.loads(after) == {"s": {**tables, "mine": {"command": "c"}}}
    assert with_table(after, ("s", "mine"), {"command": "c"}) == after
