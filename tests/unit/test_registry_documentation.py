"""The docs API as it may answer: types under their full names, pages as they are, and nothing breaks."""

import json
from collections.abc import Callable
from typing import Final

import anyio
import pytest
from hypothesis import given, settings
from pydantic import JsonValue

from engine.adapters.registry.documents import DocsApi
from engine.adapters.registry.exchange import NothingThere
from engine.adapters.registry.http import Document
from engine.core.addrs import ProviderAddress, ProviderPin, Version, parse_type
from engine.core.errors import RegistryFailed
from engine.ports.registry import DocumentedType, PageKind
from tests.unit.told import JSON, Told

AWS: Final = ProviderAddress.parse("hashicorp/aws")
PIN: Final = ProviderPin(address=AWS, version=Version.parse("3.39.0"))
DOCS: Final = "https://api.opentofu.org/registry/docs/providers/hashicorp/aws"


@pytest.mark.requirement("5.1.docs")
@pytest.mark.parametrize(
    ("provider", "page", "title", "name"),
    [
        ("hashicorp/aws", "s3_bucket", "AWS: aws_s3_bucket", "aws_s3_bucket"),
        ("hashicorp/aws", "s3_bucket", "aws_s3_bucket Resource - terraform-provider-aws", "aws_s3_bucket"),
        ("hashicorp/aws", "s3_bucket", "", "aws_s3_bucket"),
        ("hashicorp/aws", "aws_s3_bucket", "S3", "aws_s3_bucket"),
        ("hashicorp/aws", "S3_Bucket", "", "aws_s3_bucket"),
        ("hashicorp/google-beta", "compute_instance", "google_compute_instance", "google_compute_instance"),
        ("hashicorp/google-beta", "compute_instance", "Instance", "google_compute_instance"),
        ("hashicorp/aws", "bucket", "AWS: aws_s3_bucket and my_other", "aws_s3_bucket"),
    ],
)
def test_a_type_has_its_full_name(provider: str, page: str, title: str, name: str) -> None:
    address = ProviderAddress.parse(provider)
    index = json.dumps({"docs": {"resources": [{"name": page, "title": title}], "datasources": None}})
    root = f"https://api.opentofu.org/registry/docs/providers/{address}"
    docs = DocsApi(Told({f"{root}/v1.0.0/index.json": index}), "https://api.opentofu.org/")
    found = anyio.run(docs.types, address, Version.parse("1.0.0"))
    assert [(one.name, one.document) for one in found] == [(name, page)]


@pytest.mark.requirement("5.1.docs")
def test_a_page_is_asked_for_in_lower_case_and_never_as_a_path() -> None:
    told = Told({})
    docs = DocsApi(told, "https://api.opentofu.org")
    for document in ("S3_Bucket", "../../secret", "a b?c#d"):
        of = DocumentedType(kind=PageKind.DATA_SOURCE, name="aws_x", document=document)
        with pytest.raises(NothingThere):
            anyio.run(docs.page, AWS, PIN.version, of)
    assert told.asked == [
        f"{DOCS}/v3.39.0/datasources/{name}.md" for name in ("s3_bucket", "..%2F..%2Fsecret", "a%20b%3Fc%23d")
    ]


@pytest.mark.requirement("5.1.docs")
def test_bytes_that_are_no_text_are_replaced() -> None:
    class Bytes(Told):
        async def document(self, url: str, limit: int = 0, fresh: float = 0.0) -> Document:
            del limit, fresh  # a table has no bounds
            return Document(url, b"# \xff")

    of = DocumentedType(kind=PageKind.RESOURCE, name="aws_x", document="x")
    assert anyio.run(DocsApi(Bytes({}), "https://api.opentofu.org").page, AWS, PIN.version, of) == "# \ufffd"


def _search(docs: DocsApi) -> object:
    return anyio.run(docs.search, "s3")


def _index(docs: DocsApi) -> object:
    return anyio.run(docs.versions, AWS)


def _types(docs: DocsApi) -> object:
    found = anyio.run(docs.types, AWS, PIN.version)
    assert all(parse_type(one.name) for one in found)
    return found


@pytest.mark.requirement("5.1.docs")
@pytest.mark.parametrize(
    ("ask", "url"),
    [
        (_search, "https://api.opentofu.org/registry/docs/search?q=s3"),
        (_index, f"{DOCS}/index.json"),
        (_types, f"{DOCS}/v3.39.0/index.json"),
    ],
)
@settings(deadline=None, max_examples=60)
@given(answer=JSON, page=JSON)
def test_no_answer_of_the_docs_api_breaks_the_client(
    ask: Callable[[DocsApi], object], url: str, answer: JsonValue, page: JsonValue
) -> None:
    found = {"type": "provider/resource", "addr": "hashicorp/aws", "popularity": page, "link_variables": page}
    named: JsonValue = {"name": page, "title": page, "description": page, "subcategory": page}
    for body in (answer, [answer], [found], {"versions": [answer]}, {"docs": {"resources": [answer, named]}}):
        try:
            ask(DocsApi(Told({url: json.dumps(body)}), "https://api.opentofu.org"))
        except RegistryFailed as failure:
            assert "protocol" in failure.message  # noqa: PT017 - either outcome is right


@pytest.mark.requirement("5.1.docs")
def test_any_query_can_be_asked() -> None:
    told = Told({})
    for query in ("s3 bucket", "a&b=c#d/../e", "\ud800", ""):
        with pytest.raises(NothingThere):
            anyio.run(DocsApi(told, "https://api.opentofu.org").search, query)
    assert [url.rpartition("?q=")[2] for url in told.asked] == [
        "s3%20bucket",
        "a%26b%3Dc%23d%2F..%2Fe",
        "%3F",
        "",
    ]
