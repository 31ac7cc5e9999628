"""What an assistant is told of the real AWS provider: each page within its bound, the first one enough."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.core.addrs import ProviderAddress
from engine.core.auth.principals import person
from engine.core.limits import PROVIDER_ANSWER_MAX_BYTES
from engine.core.providers.check import check_config
from engine.ports.registry import Documentation, PageKind
from engine.service.providers.describe_type import describe_type
from engine.testing.engines import FakeEngine, make_services
from server.bootstrap import open_services
from server.mcp.provider_wording import provider_text
from server.mcp.tools.pages import every_page
from server.mcp.tools.provider_type import type_entries, type_head
from server.settings import Settings
from tests.server.mcp_desk import asking, text

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

ADA = person("ada")
AWS = ProviderAddress.parse("hashicorp/aws")
COMMON = (
    "aws_s3_bucket", "aws_instance", "aws_security_group", "aws_iam_role", "aws_lambda_function",
    "aws_dynamodb_table", "aws_sqs_queue", "aws_db_instance", "aws_vpc", "aws_lb",
)  # fmt: skip
PAGE = (Path(__file__).parents[1] / "golden" / "pages" / "sections.md").read_text()


@pytest.fixture
async def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeEngine]:
    """Return an engine of fakes, but for the real mirror, the real schemas and pages for some types."""
    monkeypatch.setenv("INTENT_HOME", str(tmp_path))
    fakes = make_services()
    async with open_services(Settings.load()) as real:
        version = real.mirror.resolve(AWS, None).pin.version
        fakes.registry.documented = {AWS: [Documentation(address=AWS, version=version)]}
        fakes.registry.pages = dict.fromkeys(COMMON, PAGE)
        yield replace(fakes, services=replace(fakes.services, schemas=real.schemas, mirror=real.mirror))


@pytest.mark.requirement("5.4.bounded", "5.6.small-answer")
async def test_every_page_of_every_type_fits_and_the_pages_hold_every_member(engine: FakeEngine) -> None:
    services = engine.services
    pin = services.mirror.resolve(AWS, None).pin
    index = await services.schemas.index(pin)
    engine.registry.reachable = False
    names = [(PageKind.RESOURCE, name) for name in index.resources]
    names += [(PageKind.DATA_SOURCE, name) for name in index.data_sources]
    assert len(names) > 800
    for kind, name in names:
        found = await describe_type(services, ADA, "hashicorp/aws", kind, name)
        shown = list(every_page(type_head(found, ""), type_entries(found, "")))
        for page in shown:
            assert len(json.dumps(page.model_dump(mode="json"))) <= PROVIDER_ANSWER_MAX_BYTES, name
            assert len(provider_text(page).encode()) <= PROVIDER_ANSWER_MAX_BYTES, name
        told = [page.untrusted_schema for page in shown if page.untrusted_schema is not None]
        paths = [path for schema in told for path in (*schema.attributes, *schema.blocks)]
        assert sorted(paths) == sorted(member.path for member in found.members), name


@pytest.mark.requirement("5.6.small-answer")
async def test_describing_an_instance_answers_in_little_with_all_that_a_first_attempt_needs(
    engine: FakeEngine,
) -> None:
    async with asking(engine) as asked:
        shown = await asked.provider(operation="resource", type="aws_instance")
    assert len(json.dumps(shown.structured_content)) <= PROVIDER_ANSWER_MAX_BYTES
    assert len(text(shown).encode()) <= PROVIDER_ANSWER_MAX_BYTES
    found: dict[str, Any] = shown.structured_content["untrusted_schema"]
    assert {"ami", "instance_type", "subnet_id", "tags"} <= found["attributes"].keys()


@pytest.mark.requirement("5.4.first-answer")
async def test_the_first_page_holds_every_required_argument_and_a_valid_example(engine: FakeEngine) -> None:
    services = engine.services
    pin = services.mirror.resolve(AWS, None).pin
    async with asking(engine) as asked:
        for name in COMMON:
            shown = await asked.provider(operation="resource", type=name)
            found: dict[str, Any] = shown.structured_content["untrusted_schema"]
            block = (await services.schemas.resource(pin, name)).block
            required = {path for path, attribute in block.attributes.items() if attribute.required}
            must_stand = {path for path, nested in block.block_types.items() if nested.min_items}
            assert required <= found["attributes"].keys(), name
            assert must_stand <= found.get("blocks", {}).keys(), name
            check_config(block, found["smallest"])
            assert required | must_stand <= found["smallest"].keys(), name
            assert found["imports"]["example"] == "top/blue"
            assert f"smallest config: {json.dumps(found['smallest'])}" in text(shown)
