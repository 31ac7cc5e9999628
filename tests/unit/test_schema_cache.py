"""The cache of provider schemas: what is asked, what is read, and what becomes of damaged and stale files."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from engine.adapters.tofu import schema_file
from engine.adapters.tofu.schema_text import Kind
from engine.core.errors import NotFound, RunnerFailed
from engine.testing.schemas import DATA_SOURCES, FAKE_PIN, RESOURCES, SETTINGS
from tests.unit.schema_stage import DOCUMENT, OF, Asked

pytestmark = pytest.mark.anyio


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """Return a catalogue with an empty cache."""
    return Asked(tmp_path)


@pytest.mark.requirement("5.3.once")
async def test_a_provider_is_asked_once_and_everything_is_found_later_without_it(asked: Asked) -> None:
    for _ in range(2):
        catalog = asked.catalog()
        for name, schema in RESOURCES.items():
            assert await catalog.resource(FAKE_PIN, name) == schema
        for name, schema in DATA_SOURCES.items():
            assert await catalog.data_source(FAKE_PIN, name) == schema
        index = await catalog.index(FAKE_PIN)
        assert (index.configuration, index.resources, index.data_sources) == (
            SETTINGS,
            tuple(sorted(RESOURCES)),
            tuple(sorted(DATA_SOURCES)),
        )
    assert (asked.times(), len(asked.files())) == (1, 1)


@pytest.mark.requirement("5.6.warm-describe")
async def test_describing_a_type_from_a_warm_cache_starts_nothing_and_reads_one_part(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked.catalog().index(FAKE_PIN)
    read: list[int] = []
    pread = os.pread

    def counted(file: int, length: int, offset: int) -> bytes:
        content = pread(file, length, offset)
        read.append(len(content))
        return content

    monkeypatch.setattr(os, "pread", counted)
    with asked.files()[0].open("rb") as file:
        index = schema_file.indexed(file, OF).index
    head, length = read
    bucket, network = (index.places[Kind.RESOURCE][name].length for name in ("fake_bucket", "fake_network"))
    read.clear()

    catalog = asked.catalog()
    for name in ("fake_bucket", "fake_network", "fake_bucket"):
        await catalog.resource(FAKE_PIN, name)
    assert read == [head, length, bucket, network]
    assert asked.times() == 1


def cut(path: Path) -> None:
    """Leave half of a file."""
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    """Change each byte of the parts and of the index."""
    content = path.read_bytes()
    path.write_bytes(content[:48] + bytes(byte ^ 1 for byte in content[48:]))


def behead(path: Path) -> None:
    """Change the head."""
    content = path.read_bytes()
    path.write_bytes(bytes(48) + content[48:])


def empty(path: Path) -> None:
    """Leave nothing of a file."""
    path.write_bytes(b"")


@pytest.mark.requirement("5.3.damaged")
@pytest.mark.parametrize("damage", [cut, flip, behead, empty, Path.unlink])
async def test_a_damaged_file_is_asked_for_anew_once(asked: Asked, damage: Callable[[Path], object]) -> None:
    await asked.catalog().index(FAKE_PIN)
    damage(asked.files()[0])
    catalog = asked.catalog()
    assert await catalog.resource(FAKE_PIN, "fake_bucket") == RESOURCES["fake_bucket"]
    assert await asked.catalog().resource(FAKE_PIN, "fake_secret") == RESOURCES["fake_secret"]
    assert (asked.times(), len(asked.files())) == (2, 1)


@pytest.mark.requirement("5.3.damaged")
async def test_each_byte_of_a_file_matters_to_somebody_who_reads_it(asked: Asked) -> None:
    """Flip single bytes all over the file: every answer is right, whether it was asked for anew or not."""
    await asked.catalog().index(FAKE_PIN)
    path = asked.files()[0]
    whole = path.read_bytes()
    for at in range(0, len(whole), 197):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        catalog = asked.catalog()
        for name, schema in RESOURCES.items():
            assert await catalog.resource(FAKE_PIN, name) == schema
    assert asked.times() > 1


async def test_a_file_under_the_name_of_another_binary_is_not_believed(asked: Asked) -> None:
    await asked.catalog().index(FAKE_PIN)
    old = asked.files()[0]
    old.rename(old.with_name(old.name.replace("0" * 64, "1" * 64)))
    await asked.catalog("1" * 64).index(FAKE_PIN)
    assert asked.times() == 2


@pytest.mark.requirement("5.3.binary")
async def test_another_binary_of_the_same_version_is_asked_and_the_old_schema_goes(asked: Asked) -> None:
    await asked.catalog().index(FAKE_PIN)
    changed = json.loads(json.dumps(DOCUMENT))
    changed["provider_schemas"][FAKE_PIN.address.full]["resource_schemas"].pop("fake_bucket")
    asked.document = json.dumps(changed)
    catalog = asked.catalog("1" * 64)
    with pytest.raises(NotFound):
        await catalog.resource(FAKE_PIN, "fake_bucket")
    assert [path.name for path in asked.files()] == [f"any_any.{'1' * 64}.schema"]
    assert asked.times() == 2


@pytest.mark.requirement("5.3.together")
async def test_two_that_need_the_same_schema_at_once_ask_once(asked: Asked) -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(asked.catalog().index, FAKE_PIN)
    assert (asked.times(), len(asked.files())) == (1, 1)


async def test_who_is_cancelled_while_asking_leaves_nothing_and_another_may_ask(asked: Asked) -> None:
    asked.hangs = True
    with anyio.move_on_after(1.0):
        await asked.catalog().index(FAKE_PIN)
    assert asked.files() == []
    asked.hangs = False
    assert (await asked.catalog().index(FAKE_PIN)).configuration == SETTINGS


@pytest.mark.requirement("5.3.credentials")
async def test_who_says_a_schema_has_no_credentials_at_hand(asked: Asked) -> None:
    caller = {
        "PATH": os.environ["PATH"],
        "AWS_SECRET_ACCESS_KEY": "canary",
        "ARM_CLIENT_SECRET": "canary",
        "GOOGLE_CREDENTIALS": "canary",
    }
    await asked.catalog(environment=caller).index(FAKE_PIN)
    (environment,) = asked.environments()
    assert environment["PATH"] == caller["PATH"]
    assert "canary" not in environment.values()


@pytest.mark.parametrize(
    "document",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"provider_schemas": {}}',
        '{"provider_schemas": null}',
        json.dumps(DOCUMENT)[:-9],
        '{"a":' * 100_000,
    ],
)
async def test_what_is_no_schema_is_refused_and_not_kept(asked: Asked, document: str) -> None:
    asked.document = document
    with pytest.raises(RunnerFailed, match=r"no schema of testing/fake 2\.0\.0 that can be read"):
        await asked.catalog().index(FAKE_PIN)
    assert asked.files() == []


async def test_a_type_that_cannot_be_read_is_an_error_of_its_own(asked: Asked) -> None:
    changed = json.loads(json.dumps(DOCUMENT))
    changed["provider_schemas"][FAKE_PIN.address.full]["resource_schemas"]["fake_bucket"] = {"block": 1}
    asked.document = json.dumps(changed)
    catalog = asked.catalog()
    for _ in range(2):
        with pytest.raises(RunnerFailed, match="cannot be read"):
            await catalog.resource(FAKE_PIN, "fake_bucket")
    assert await catalog.resource(FAKE_PIN, "fake_secret") == RESOURCES["fake_secret"]
    assert asked.times() == 1
