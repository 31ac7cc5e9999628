"""Settings that keep a provider from its cloud, and the object that a recorded change starts from."""

import pytest

from engine.core.errors import InvalidInput
from engine.core.policy.recording import offline_settings, present_state
from engine.core.providers.schema import Block, TypeSchema

pytestmark = pytest.mark.requirement("3.4.record")

_TEXT = {"type": "string", "optional": True}
_LIST = {"nesting_mode": "list", "block": {"attributes": {}}}
KNOWN: Block = TypeSchema.decode(
    {"block": {"attributes": {"region": _TEXT, "skip_requesting_account_id": _TEXT}}}
).block


def test_what_the_provider_does_not_know_is_left_out_and_what_is_given_goes_before() -> None:
    assert offline_settings("hashicorp/aws", KNOWN, {"region": "eu-west-1"}) == {
        "region": "eu-west-1",
        "skip_requesting_account_id": True,
    }


def test_another_provider_gets_what_is_given() -> None:
    assert offline_settings("hashicorp/null", KNOWN, {"region": "a"}) == {"region": "a"}


def test_an_object_has_every_attribute_of_its_type() -> None:
    schema = TypeSchema.decode(
        {"version": 2, "block": {"attributes": {"id": _TEXT, "size": _TEXT}, "block_types": {"rule": _LIST}}}
    )
    made = present_state(schema, {"size": "1"})
    assert (made.schema_version, made.attributes) == (2, {"id": "example", "size": "1", "rule": []})
    assert present_state(schema, {"id": "i"}).attributes["id"] == "i"
    without = TypeSchema.decode({"block": {"attributes": {"size": _TEXT}}})
    assert present_state(without, {}).attributes == {"size": None}
    with pytest.raises(InvalidInput) as refused:
        present_state(schema, {"sise": 1})
    assert refused.value.field == "current.sise"
