"""Only a person's command installs: no front of assistants reaches what does."""

import ast

import pytest

from tests.tidy.tree import ROOT

_INSTALLERS = frozenset(
    {
        "engine.service.providers.install",
        "engine.service.providers.prune",
        "engine.service.setup",
        "server.bootstrap.provisioning",
        "server.bootstrap.supplying",
    }
)
_MAY = frozenset(
    {
        "server/bootstrap/__init__.py",
        "server/bootstrap/provisioning.py",
        "server/cli/machine.py",
        "server/cli/provider_cache.py",
        "server/cli/provider_cache_text.py",
        "server/cli/setup.py",
    }
)


@pytest.mark.requirement("5.2.by-command")
def test_nothing_but_the_commands_of_setup_and_of_the_cache_knows_how_to_install() -> None:
    importers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "server").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module in _INSTALLERS
    }
    assert importers == _MAY
