"""OpenTofu itself is asked: what a constraint chooses, how it writes a lock, whether it takes ours."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from engine.adapters.cache.machine import this_platform
from engine.core.addrs import DEFAULT_REGISTRY, Version
from engine.core.errors import InvalidInput
from engine.core.projects import ProviderLock
from engine.core.providers.lock_file import LOCK_FILE, read_locks, write_locks
from engine.core.providers.requirements import Requirements
from server.settings import Settings

pytestmark = pytest.mark.integration
ADDRESS: Final = "acme/fake"
VERSIONS: Final = ("1.0.0", "1.2.0", "1.2.5", "1.3.0", "2.0.0-beta1", "2.0.0", "2.0.1-alpha", "2.1.0")
REFUSED: Final = "refused"
NONE: Final = "none"


@dataclass(frozen=True)
class Mirror:
    """A filesystem mirror, and an OpenTofu that installs from it alone; nothing of it is ever started."""

    tofu: Path
    root: Path
    scratch: Path

    def init(
        self, constraint: str | None, *arguments: str, address: str = ADDRESS, lock: str | None = None
    ) -> tuple[str | None, str]:
        """Run `tofu init` in a folder of its own; return the lock file that it leaves, and its words."""
        folder = self.scratch / str(len(list(self.scratch.iterdir())))
        folder.mkdir()
        wanted = {"source": address} | ({} if constraint is None else {"version": constraint})
        required = {"terraform": {"required_providers": {"it": wanted}}}
        (folder / "main.tf.json").write_text(json.dumps(required))
        rc = folder / "tofu.rc"
        rc.write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{self.root}" }}\n}}\n')
        if lock is not None:
            (folder / LOCK_FILE).write_text(lock)
        done = subprocess.run(
            [self.tofu, "init", "-no-color", "-input=false", *arguments],
            check=False,
            cwd=folder,
            env={"TF_CLI_CONFIG_FILE": str(rc), "HOME": str(folder), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=120,
        )
        written = folder / LOCK_FILE
        words = " ".join(f"{done.stdout} {done.stderr}".split())
        return (written.read_text() if done.returncode == 0 and written.exists() else None), words

    def chosen(self, constraint: str) -> tuple[str, str]:
        """Return the version that OpenTofu chooses and how it spells the constraint."""
        text, words = self.init(constraint)
        if text is None:
            return (REFUSED if "onstraint syntax" in words else NONE), ""
        lock = read_locks(text)[ADDRESS]
        return lock.version, lock.constraints


@pytest.fixture(scope="module")
def mirror(tofu: Path, tmp_path_factory: pytest.TempPathFactory) -> Mirror:
    """Return a mirror with a provider of many versions, each of one file."""
    root = tmp_path_factory.mktemp("mirror")
    for version in VERSIONS:
        folder = root / DEFAULT_REGISTRY / ADDRESS / version / this_platform()
        folder.mkdir(parents=True)
        executable = folder / f"terraform-provider-fake_v{version}"
        executable.write_text(f"#!/bin/sh\n# {version}\n")
        executable.chmod(0o755)
    return Mirror(tofu, root, tmp_path_factory.mktemp("folders"))


def _ours(constraint: str) -> tuple[str, str]:
    try:
        requirements = Requirements.parse(constraint)
    except InvalidInput:
        return REFUSED, ""
    chosen = requirements.choose(map(Version.parse, VERSIONS))
    return (NONE, "") if chosen is None else (str(chosen), str(requirements))


@pytest.mark.requirement("5.1.constraints")
@pytest.mark.parametrize(
    "constraint",
    [
        *("1.2", "= 1", "!= 2.1", "> 2", ">= 1.2, < 1.3", "<= 1.3", "~> 1", "~> 1.2", "~>1.2.0", "01.2"),
        *("~> 1.2.0, ~> 1.2 , >=1.2", ">= 1, != 1.3.0, < 2", "~> 3.0", "2.0.0-beta1", "2-beta1"),
        *(">= 2.0.0-beta1, < 2.0.0", "~> 2.0-beta1", "2.0.1-alpha, ~> 2.0", "> 2.0.0-beta1, <= 2.0.1-alpha"),
        *("", ">=  1", "v1", ">= v1", "1.2.3.4", "1.*", "=> 1", "^1", ">= 1,", ">= 1 < 2", "one", ">="),
    ],
)
def test_opentofu_chooses_and_spells_as_we_do(mirror: Mirror, constraint: str) -> None:
    assert mirror.chosen(constraint) == _ours(constraint)


@pytest.mark.requirement("5.2.lock_file")
@pytest.mark.parametrize("constraint", [None, "~>1", "< 2,>=1.2", "2.0.0-beta1"])
def test_a_lock_file_of_opentofu_reads_and_is_written_again_to_the_byte(
    mirror: Mirror, constraint: str | None
) -> None:
    text, words = mirror.init(constraint)
    assert text is not None, words
    assert write_locks(read_locks(text)) == text


@pytest.mark.requirement("5.2.lock_file")
def test_opentofu_takes_our_lock_as_it_is_and_refuses_one_that_names_another_package(mirror: Mirror) -> None:
    first, _ = mirror.init("1.2.5")
    assert first is not None
    own = read_locks(first)[ADDRESS]
    ours = write_locks({ADDRESS: ProviderLock(version="1.2.5", hashes=own.hashes)})
    kept, words = mirror.init("~> 1.0", "-lockfile=readonly", lock=ours)
    assert (kept, "1.2.5" in words) == (ours, True)
    foreign = write_locks({ADDRESS: ProviderLock(version="1.2.5", hashes=(f"h1:{'0' * 43}=",))})
    refused, words = mirror.init("~> 1.0", "-lockfile=readonly", lock=foreign)
    assert refused is None
    assert "checksums" in words


@pytest.mark.requirement("5.2.lock_file")
def test_what_we_refuse_of_a_lock_file_opentofu_refuses_too(mirror: Mirror) -> None:
    provider = f'provider "{DEFAULT_REGISTRY}/{ADDRESS}" {{\n%s\n}}\n'
    for body in ('version = "1.3"', 'version = "1.3.0"\nfoo = 1', 'version = "1.3.0"\nhashes = []', ""):
        text = provider % body
        assert mirror.init(None, lock=text)[0] is None, body
        with pytest.raises(InvalidInput):
            read_locks(text)


@pytest.mark.requirement("5.1.constraints", "5.2.lock_file")
def test_the_installed_providers_are_chosen_and_locked_alike(mirror: Mirror) -> None:
    installed = Mirror(mirror.tofu, Settings.load().providers_cache, mirror.scratch)
    for constraint, version in {"~> 3.0": "3.39.0", "< 3, >= 2.70": "2.70.0", "~> 2.70.0": "2.70.0"}.items():
        text, words = installed.init(constraint, address="hashicorp/aws")
        assert text is not None, words
        lock = read_locks(text)["hashicorp/aws"]
        assert (lock.version, lock.constraints) == (version, str(Requirements.parse(constraint)))
        assert write_locks({"hashicorp/aws": lock}) == text
