"""What the integration tests share: what set-up brought, and the session's cloud."""

from collections.abc import Mapping
from pathlib import Path

import anyio
import pytest

from engine.adapters.cache.machine import this_platform
from engine.adapters.cache.mirror import FilesystemMirror
from engine.core.addrs import ProviderAddress, Version
from engine.core.values import JsonObject
from server.bootstrap import locate_tofu
from server.demo.cloud import CREDENTIALS, MockCloud
from server.settings import Settings
from tests.integration.validated import Validation


@pytest.fixture(scope="session")
def provider_settings(moto: MockCloud) -> JsonObject:
    """Return the AWS provider's settings for the session's cloud."""
    return moto.provider_settings


@pytest.fixture(scope="session")
def aws_environment() -> Mapping[str, str]:
    """Return the credentials that the cloud takes."""
    return CREDENTIALS


@pytest.fixture(scope="session")
def aws_package() -> Path:
    """Return the folder with the AWS provider 3.39.0's executable."""
    mirror = FilesystemMirror(Settings.load().providers_cache, this_platform())
    return mirror.resolve(ProviderAddress.parse("hashicorp/aws"), Version.parse("3.39.0")).folder


@pytest.fixture(scope="session")
def tofu() -> Path:
    """Return OpenTofu's binary."""
    return anyio.run(locate_tofu, Settings.load())


@pytest.fixture(scope="session")
def null_files() -> list[tuple[str, bytes]]:
    """Return name and content of the null provider's executable, after a licence that sorts before it."""
    mirror = FilesystemMirror(Settings.load().providers_cache, this_platform())
    executable = mirror.resolve(ProviderAddress.parse("hashicorp/null"), Version.parse("2.1.2")).executable
    return [("LICENSE", b"as you like"), (executable.name, executable.read_bytes())]


@pytest.fixture
def validation(tofu: Path, aws_package: Path, tmp_path: Path) -> Validation:
    """Return an empty folder in which configurations for the AWS provider are validated."""
    folder = tmp_path / "work"
    folder.mkdir()
    return Validation(folder, tofu, aws_package)
