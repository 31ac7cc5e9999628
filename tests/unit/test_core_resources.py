"""Projects and resources as the engine remembers them."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import InvalidInput
from engine.core.projects import Project
from engine.core.resources import Resource
from engine.core.state import InstanceState
from engine.core.values import REDACTED

AT = datetime(2026, 1, 1, tzinfo=UTC)
LOGS = Resource(
    project_id="p",
    resource_id="logs",
    resource_type="aws_s3_bucket",
    provider="hashicorp/aws",
    provider_version="3.39.0",
    config={"bucket": "logs"},
    state=InstanceState(attributes={"id": "logs"}),
    depends_on=("key",),
    import_id="logs",
    version=3,
    operation_id="op-3",
    created_at=AT,
)


def test_a_resource_knows_its_address_and_its_provider() -> None:
    assert LOGS.address == "aws_s3_bucket.logs"
    assert LOGS.pin == ProviderPin(
        address=ProviderAddress(host="registry.opentofu.org", namespace="hashicorp", name="aws"),
        version=Version(major=3, minor=39, patch=0),
    )


def test_a_pin_that_was_spoilt_in_the_store_is_refused() -> None:
    with pytest.raises(InvalidInput):
        _ = LOGS.model_copy(update={"provider": "../aws"}).pin


def test_the_end_of_a_resource_is_its_next_version_without_a_state() -> None:
    later = AT + timedelta(days=1)
    ended = LOGS.ended(operation_id="op-4", at=later)
    assert ended == LOGS.model_copy(
        update={"state": None, "version": 4, "operation_id": "op-4", "created_at": later}
    )
    assert (ended.gone, LOGS.gone) == (True, False)


def test_what_is_shown_of_a_resource_is_redacted_and_hidden_whole_where_nothing_is_known() -> None:
    marked = LOGS.model_copy(update={"sensitive": {"id": True}})
    assert marked.shown_attributes == {"id": REDACTED}
    assert marked.model_copy(update={"sensitive": {}}).shown_attributes == {"id": "logs"}
    assert LOGS.shown_attributes is None
    assert marked.model_copy(update={"state": None}).shown_attributes is None


def test_a_project_starts_without_provider_settings_in_the_root_space() -> None:
    project = Project(id="p", name="web", lineage="l", created_at=AT, created_by="alice")
    assert (project.space, project.labels, dict(project.provider_settings)) == ("root", (), {})
