"""The settings of the registry client: whom they make ask whom, and how a malformed one ends a command."""

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from engine.core.addrs import ProviderAddress
from engine.core.errors import InvalidInput, RegistryFailed
from engine.ports.registry import OfferedVersion
from engine.testing.registry_standin import RegistryStandIn
from server.bootstrap import open_services
from server.cli.session import load_settings
from server.settings import Settings
from tests.contract.test_downloads_archives import PIN

NULL = ProviderAddress.parse("hashicorp/null")


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[RegistryStandIn]:
    with RegistryStandIn() as serving:
        serving.add_provider(PIN, "linux_amd64")
        monkeypatch.setenv("INTENT_HOME", str(tmp_path))
        monkeypatch.setenv("INTENT_REGISTRY_URL", serving.url)
        monkeypatch.setenv("INTENT_REGISTRY_API_URL", f"{serving.url}/")
        yield serving


async def _versions() -> list[OfferedVersion]:
    async with open_services(Settings.load()) as services:
        return [*await services.registry.versions(NULL)]


@pytest.mark.requirement("5.1.settings")
def test_the_registry_of_addresses_without_a_host_is_the_one_that_is_set(stand_in: RegistryStandIn) -> None:
    assert [str(offer.version) for offer in anyio.run(_versions)] == ["2.1.2"]
    assert stand_in.requests == ["/.well-known/terraform.json", "/v1/providers/hashicorp/null/versions"]


@pytest.mark.requirement("5.1.settings", "5.1.offline")
def test_what_one_command_kept_answers_another_that_is_offline(
    stand_in: RegistryStandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INTENT_OFFLINE", "true")
    with pytest.raises(RegistryFailed, match="works offline"):
        anyio.run(_versions)
    monkeypatch.delenv("INTENT_OFFLINE")
    online = anyio.run(_versions)
    monkeypatch.setenv("INTENT_OFFLINE", "1")
    stand_in.forget()
    assert (anyio.run(_versions), stand_in.requests) == (online, [])
    assert (tmp_path / "registry").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "registry").iterdir()} == {0o600}


@pytest.mark.requirement("5.1.settings")
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("INTENT_REGISTRY_URL", "registry.example.com"),
        ("INTENT_REGISTRY_URL", "http://registry.example.com"),
        ("INTENT_REGISTRY_API_URL", "https://user:secret@api.example.com"),
        ("INTENT_PRIVATE_HOSTS", "https://registry.corp"),
        ("INTENT_OFFLINE", "perhaps"),
    ],
)
def test_a_malformed_setting_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidInput) as refused:
        load_settings()
    assert refused.value.field == variable
    assert refused.value.message.startswith(f"{variable}: ")
    assert "secret" not in refused.value.message


@pytest.mark.requirement("5.1.settings")
def test_the_words_that_offline_takes_are_named_and_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTENT_OFFLINE", "yep")
    with pytest.raises(InvalidInput) as refused:
        load_settings()
    words = refused.value.message.partition("write one of ")[2].split(", ")
    assert words[0] == "true"
    taken = []
    for word in words:
        monkeypatch.setenv("INTENT_OFFLINE", word.upper())
        taken.append(load_settings().offline)
    assert taken == [True] * 6 + [False] * 6


@pytest.mark.requirement("5.1.settings")
def test_a_private_host_is_asked_where_it_is_named(
    stand_in: RegistryStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = stand_in.url.removeprefix("http://")
    other = ProviderAddress.parse(f"{host}/hashicorp/null")

    async def versions() -> None:
        async with open_services(Settings.load()) as services:
            await services.registry.versions(other)

    monkeypatch.setenv("INTENT_REGISTRY_URL", "https://registry.example.org")
    monkeypatch.setenv("INTENT_REGISTRY_API_URL", "https://registry.example.org")
    with pytest.raises(RegistryFailed, match="private network"):
        anyio.run(versions)
    monkeypatch.setenv("INTENT_PRIVATE_HOSTS", host)
    with pytest.raises(RegistryFailed, match="not reachable"):
        anyio.run(versions)
