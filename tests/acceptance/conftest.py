"""The product as its users get it: the built wheel, away from the checkout."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import anyio
import pytest

from server.bootstrap import locate_tofu
from server.demo.cloud import CREDENTIALS
from server.settings import Settings

_CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def intent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, unpack it away from the checkout, and return an `intent` that runs it."""
    root = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", root, _CHECKOUT], check=True)
    with zipfile.ZipFile(next(root.glob("intent_engine-*.whl"))) as wheel:
        wheel.extractall(root / "site")
    script = root / "bin" / "intent"
    script.parent.mkdir()
    lines = (
        f"#!{sys.executable} -P",
        "import sys",
        f"sys.path.insert(0, {str(root / 'site')!r})",
        "from server.cli.main import main",
        "main()",
    )
    script.write_text("\n".join(lines) + "\n", "utf-8")
    script.chmod(0o755)
    return script


@pytest.fixture
def environment(intent: Path, tmp_path: Path) -> Mapping[str, str]:
    """Return an environment with a data folder of its own and what set-up brought to the checkout."""
    settings = Settings.load()
    return {
        "PATH": f"{intent.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path / "nobody"),
        "INTENT_HOME": str(tmp_path / "home"),
        "INTENT_ACTOR": "alice",
        "INTENT_PROVIDERS_CACHE": str(settings.providers_cache),
        "INTENT_TOFU": str(anyio.run(locate_tofu, settings)),
        **CREDENTIALS,
    }
