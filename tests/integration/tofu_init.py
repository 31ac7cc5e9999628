"""`tofu init` in a folder of its own, against a stand-in for a registry or a network mirror."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from engine.core.providers.lock_file import LOCK_FILE
from engine.testing.registry_standin import RegistryStandIn

TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Initialised:
    """What a run of `tofu init` left: its exit code, its words and its lock file."""

    code: int
    words: str
    lock: str | None


def from_registry(standing: RegistryStandIn) -> str:
    """Return the CLI configuration that speaks to a stand-in instead of the registry."""
    services = f'services = {{ "providers.v1" = "{standing.url}/v1/providers/" }}'
    return f'host "registry.opentofu.org" {{ {services} }}\n'


def from_mirror(standing: RegistryStandIn) -> str:
    """Return the CLI configuration that installs from a stand-in's network mirror alone."""
    return f'provider_installation {{\n  network_mirror {{ url = "{standing.mirror_url}" }}\n}}\n'


def init(
    tofu: Path,
    folder: Path,
    configuration: str,
    *arguments: str,
    standing: RegistryStandIn | None = None,
    lock: str | None = None,
) -> Initialised:
    """Run it in an empty folder for the null provider, in an environment of its own.

    Args:
        tofu: its binary.
        folder: is made.
        configuration: of the command line: where providers come from.
        arguments: further ones.
        standing: the stand-in whose certificates are trusted.
        lock: the lock file that lies there already.
    """
    folder.mkdir()
    required = {"null": {"source": "hashicorp/null", "version": "2.1.2"}}
    (folder / "main.tf.json").write_text(json.dumps({"terraform": {"required_providers": required}}))
    (folder / "tofu.rc").write_text(configuration)
    if lock is not None:
        (folder / LOCK_FILE).write_text(lock)
    environment = {
        "TF_CLI_CONFIG_FILE": str(folder / "tofu.rc"),
        "OPENTOFU_ENFORCE_GPG_VALIDATION": "true",
        "TF_REGISTRY_DISCOVERY_RETRY": "0",
        "HOME": str(folder),
        "PATH": "",
    }
    if standing is not None and standing.authority:
        (folder / "authority.pem").write_bytes(standing.authority)
        environment["SSL_CERT_FILE"] = str(folder / "authority.pem")
    done = subprocess.run(
        [tofu, "init", "-no-color", "-input=false", *arguments],
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    written = folder / LOCK_FILE
    return Initialised(
        done.returncode,
        " ".join(f"{done.stdout} {done.stderr}".split()),
        written.read_text() if written.exists() else None,
    )
