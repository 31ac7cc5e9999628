"""The real AWS provider, configured several times: two regions, default tags and an assumed role."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

import boto3  # type: ignore[import-untyped]  # it ships no types
import pytest

from engine.core.operations.states import OperationState
from engine.core.values import JsonObject
from engine.ports.mirror import Trusted
from engine.service.configuration import VALUES_FILE
from engine.service.create import create
from engine.service.export import ExportFormat, export
from engine.service.import_ import import_
from engine.service.projects.settings import checked_settings
from engine.service.projects.update import update_project
from engine.service.read import read
from engine.service.report import OperationReport
from server.demo.cloud import MockCloud
from tests.room import AWS, PROJECT, Room, open_room

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.requirement("5.5.real")]

VERSION: Final = "3.39.0"
PAGE: Final = Path(__file__).parents[2] / "docs" / "how-to" / "providers.md"
OTHER_ACCOUNT: Final = "222222222222"
ROLE: Final = f"arn:aws:iam::{OTHER_ACCOUNT}:role/audit"
# Strings of settings are literals, also those that OpenTofu would take for a template.
TAGS: Final[JsonObject] = {"team": "web", "literal": "${path.cwd}"}


@pytest.fixture
async def room(moto: MockCloud, real_home: Path, tmp_path: Path) -> AsyncIterator[Room]:
    """Open a room with two more configurations: another region, and a role in another account."""
    async with open_room(moto, real_home, tmp_path / "db") as opened:
        plain: JsonObject = moto.provider_settings
        await update_project(
            opened.services,
            opened.alice,
            PROJECT,
            provider_settings={
                f"{AWS}.west": {**plain, "region": "us-west-2", "default_tags": {"tags": TAGS}},
                f"{AWS}.audit": {**plain, "assume_role": {"role_arn": ROLE, "session_name": "intent"}},
            },
        )
        yield opened


async def parameter(room: Room, resource_id: str, name: str, alias: str) -> OperationReport:
    return await room.done(
        create(
            room.services,
            room.alice,
            PROJECT,
            resource_id=resource_id,
            provider=AWS,
            provider_version=VERSION,
            provider_alias=alias,
            resource_type="aws_ssm_parameter",
            config={"name": name, "type": "String", "value": resource_id},
        )
    )


async def said(room: Room, data_source_type: str, alias: str) -> Any:
    report = await room.done(
        read(
            room.services,
            room.alice,
            PROJECT,
            provider=AWS,
            provider_version=VERSION,
            provider_alias=alias,
            data_source_type=data_source_type,
            config={},
        )
    )
    assert report.error is None, report.error
    assert report.resource is not None
    return report.resource.attributes


def ssm(room: Room, region: str) -> Any:
    return boto3.client(
        "ssm",
        region_name=region,
        endpoint_url=room.cloud.url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106 - the mock cloud takes any
    )


async def test_two_regions_in_one_project_from_creation_to_export_and_end(room: Room) -> None:
    east = await parameter(room, "east", "/both", "")
    west = await parameter(room, "west", "/both", "west")
    assert [each.operation.state for each in (east, west)] == [OperationState.FINISHED] * 2
    values = {
        r: ssm(room, r).get_parameter(Name="/both")["Parameter"]["Value"] for r in ("us-east-1", "us-west-2")
    }
    assert values == {"us-east-1": "east", "us-west-2": "west"}
    tags = ssm(room, "us-west-2").list_tags_for_resource(ResourceType="Parameter", ResourceId="/both")[
        "TagList"
    ]
    assert {tag["Key"]: tag["Value"] for tag in tags} == TAGS
    changed = await room.update("west", {"description": "changed"})
    assert (changed.operation.provider_alias, changed.operation.state) == ("west", OperationState.FINISHED)
    assert changed.resource is not None
    assert str((changed.resource.attributes or {})["arn"]).startswith("arn:aws:ssm:us-west-2:")
    looked = await room.refresh("west")
    assert (looked.error, looked.resource is not None and looked.resource.drift) == (None, ())
    await _unchanged_by_its_export(room, {"aws_ssm_parameter.east", "aws_ssm_parameter.west"})
    await room.delete("west")
    assert ssm(room, "us-west-2").get_parameters(Names=["/both"])["Parameters"] == []
    assert len(ssm(room, "us-east-1").get_parameters(Names=["/both"])["Parameters"]) == 1
    await room.delete("east")


async def _unchanged_by_its_export(room: Room, addresses: set[str]) -> None:
    """Plan the export with its state, and alone with its import blocks: nothing is to be changed."""
    written = await export(room.services, room.alice, PROJECT, None, ExportFormat.HCL)
    state = await export(room.services, room.alice, PROJECT, None, ExportFormat.STATE)
    assert '  alias                       = "west"\n' in written.files["providers.tf"]
    assert "  provider = aws.west\n" in written.files["main.tf"]
    assert 'provider[\\"registry.opentofu.org/hashicorp/aws\\"].west' in state.files["terraform.tfstate"]
    pins = [Trusted(pin=p.pin) for p in room.services.mirror.packages() if str(p.pin) == f"{AWS} {VERSION}"]
    async with room.services.store.transaction() as transaction:
        project = await transaction.projects.find(PROJECT)
    assert project is not None

    async def planned(files: Mapping[str, str]) -> Mapping[str, Any]:
        key = room.services.ids.new()
        return await room.services.runner.preview(files, pins, key=key, project_id=project.id)

    changes = await planned({**written.files, **state.files})
    assert {address: change["actions"] for address, change in changes.items()} == {
        address: ["no-op"] for address in addresses
    }
    imported = await planned({**written.files, VALUES_FILE: state.files[VALUES_FILE]})
    assert {address for address, change in imported.items() if "importing" in change} == addresses
    assert not {"create", "delete"} & {action for change in imported.values() for action in change["actions"]}


async def test_an_object_of_another_region_is_imported_with_its_configuration(room: Room) -> None:
    ssm(room, "us-west-2").put_parameter(Name="/theirs", Value="x", Type="String")
    arguments: dict[str, str] = {
        "resource_id": "theirs",
        "provider": AWS,
        "provider_version": VERSION,
        "resource_type": "aws_ssm_parameter",
        "import_id": "/theirs",
    }
    missing = await room.done(import_(room.services, room.alice, PROJECT, **arguments))
    assert missing.error is not None
    found = await room.done(import_(room.services, room.alice, PROJECT, **arguments, provider_alias="west"))
    assert (found.error, found.operation.provider_alias) == (None, "west")
    await room.delete("theirs")


async def test_data_sources_say_where_and_as_whom_a_configuration_acts(room: Room) -> None:
    assert (await said(room, "aws_region", "west"))["name"] == "us-west-2"
    assert (await said(room, "aws_region", ""))["name"] == "us-east-1"
    assert (await said(room, "aws_caller_identity", "audit"))["account_id"] == OTHER_ACCOUNT


async def test_the_settings_that_the_page_about_providers_shows_fit_the_provider(room: Room) -> None:
    shown = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)]
    given = [each for each in shown if AWS in each]
    assert [sorted(each) for each in given] == [[AWS], [AWS, f"{AWS}.audit"]]
    for settings in given:
        assert await checked_settings(room.services, settings) == settings
