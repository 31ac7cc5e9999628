"""`tofu init` in a folder of its own, against a stand-in for a registry or a network mirror."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from engine.core.providers.lock_file import LOCK_FILE
from engine.testing.registry_standin import RegistryStandIn

TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Where:
    """Where providers come from.

    Attributes:
        configuration: of the command line.
        authority: the certificate that is trusted beside none; that of the system where empty.
        proxy: what `https` goes through.
    """

    configuration: str = ""
    authority: bytes = b""
    proxy: str = ""


@dataclass(frozen=True)
class Initialised:
    """What a run of `tofu init` left: its exit code, its words and its lock file."""

    code: int
    words: str
    lock: str | None


def from_registry(standing: RegistryStandIn) -> Where:
    """Return how to speak to a stand-in instead of the registry."""
    services = f'services = {{ "providers.v1" = "{standing.url}/v1/providers/" }}'
    return Where(f'host "registry.opentofu.org" {{ {services} }}\n', standing.authority)


def from_mirror(standing: RegistryStandIn) -> Where:
    """Return how to install from a stand-in's network mirror alone."""
    mirror = f'network_mirror {{ url = "{standing.mirror_url}" }}'
    return Where(f"provider_installation {{\n  {mirror}\n}}\n", standing.authority)


def init(tofu: Path, folder: Path, where: Where, *arguments: str, lock: str | None = None) -> Initialised:
    """Run it for the null provider in a folder, which is made, with an environment of its own.

    A lock file is laid there before, if one is given.
    """
    folder.mkdir()
    required = {"null": {"source": "hashicorp/null", "version": "2.1.2"}}
    (folder / "main.tf.json").write_text(json.dumps({"terraform": {"required_providers": required}}))
    (folder / "tofu.rc").write_text(where.configuration)
    if lock is not None:
        (folder / LOCK_FILE).write_text(lock)
    environment = {
        "TF_CLI_CONFIG_FILE": str(folder / "tofu.rc"),
        "OPENTOFU_ENFORCE_GPG_VALIDATION": "true",
        "TF_REGISTRY_DISCOVERY_RETRY": "0",
        "HOME": str(folder),
        "PATH": "",
    }
    if where.proxy:
        environment["HTTPS_PROXY"] = where.proxy
    if where.authority:
        (folder / "authority.pem").write_bytes(where.authority)
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
