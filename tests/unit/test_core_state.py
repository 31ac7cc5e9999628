"""State of one instance, into OpenTofu's state file and back."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.addrs import ProviderAddress
from engine.core.errors import RunnerFailed
from engine.core.state import InstanceState, StateEntry, read_instance, state_document
from engine.core.values import JsonObject
from engine.testing.strategies import json_objects, json_values

# Written by OpenTofu 1.6.2 with the AWS provider 3.39.0; the lineage is set to zeros.
WRITTEN = Path(__file__).parents[1] / "golden" / "states" / "ssm_parameter.json"
AWS = ProviderAddress.parse("hashicorp/aws")
KNOWN = {"schema_version", "attributes", "sensitive_attributes", "private", "status", "dependencies"}


def written() -> Any:
    return json.loads(WRITTEN.read_text("utf-8"))


def entry(instance: InstanceState, name: str = "it") -> StateEntry:
    return StateEntry(resource_type="aws_ssm_parameter", name=name, provider=AWS, instance=instance)


def test_what_opentofu_wrote_is_read_and_written_as_it_was() -> None:
    instance = read_instance(written(), "aws_ssm_parameter", "it")
    assert instance is not None
    assert (instance.object_id, instance.private, instance.tainted) == ("/demo/key", "bnVsbA==", False)
    document = state_document(
        [entry(instance)],
        lineage="00000000-0000-0000-0000-000000000000",
        serial=1,
        tofu_version="1.6.2",
    )
    expected = written()
    expected["resources"][0]["instances"][0]["dependencies"] = []
    assert document == expected


INSTANCES = st.builds(
    lambda known, unknown: {**{k: v for k, v in unknown.items() if k not in KNOWN}, **known},
    st.fixed_dictionaries(
        {"attributes": json_objects},
        optional={
            "schema_version": st.integers(0, 9),
            "private": st.text("ab=", min_size=1),
            "status": st.just("tainted"),
            "sensitive_attributes": st.lists(json_values, max_size=2),
            "dependencies": st.lists(st.text("ab."), max_size=2),
        },
    ),
    json_objects,
)


@pytest.mark.requirement("2.3.state")
@given(INSTANCES)
def test_an_instance_comes_back_whole_also_what_this_version_does_not_know(document: JsonObject) -> None:
    instance = InstanceState.model_validate(document)
    file = state_document([entry(instance)], lineage="l", serial=2, tofu_version="1.6.2")
    again = read_instance(json.loads(json.dumps(file)), "aws_ssm_parameter", "it")
    assert again == instance
    assert again is not None
    absent: JsonObject = {"schema_version": 0, "sensitive_attributes": [], "dependencies": []}
    assert again.document() == {**absent, **document}


def test_each_resource_is_found_by_type_and_name() -> None:
    first, second = InstanceState(attributes={"id": "1"}), InstanceState(attributes={"id": "2"})
    file = state_document(
        [entry(first, "a"), entry(second, "b")], lineage="l", serial=1, tofu_version="1.6.2"
    )
    assert read_instance(file, "aws_ssm_parameter", "b") == second
    assert read_instance(file, "aws_ssm_parameter", "c") is None
    assert read_instance(file, "aws_s3_bucket", "a") is None


def test_an_object_without_a_usable_id_has_none() -> None:
    for attributes in ({}, {"id": None}, {"id": ""}, {"id": 5}):
        assert InstanceState.model_validate({"attributes": attributes}).object_id is None
    assert InstanceState(attributes={}, status="tainted").tainted


def resource(**members: Any) -> JsonObject:
    return {**written()["resources"][0], **members}


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ({**written(), "version": 3}, "the state that OpenTofu wrote has version 3, not 4"),
        ({"resources": []}, "OpenTofu's state cannot be read: 1 members are not as documented"),
        (None, "OpenTofu's state cannot be read: 1 members are not as documented"),
        (
            {**written(), "resources": [resource(), resource()]},
            "the state that OpenTofu wrote holds 2 instances of aws_ssm_parameter.it",
        ),
        (
            {**written(), "resources": [resource(instances=[{"attributes_flat": {}}])]},
            "OpenTofu's state cannot be read: 1 members are not as documented",
        ),
    ],
)
def test_a_state_that_is_not_as_expected_is_refused(file: JsonValue, message: str) -> None:
    with pytest.raises(RunnerFailed) as caught:
        read_instance(file, "aws_ssm_parameter", "it")
    assert caught.value.message == message


def test_a_data_source_of_the_same_name_is_another_thing() -> None:
    assert (
        read_instance({**written(), "resources": [resource(mode="data")]}, "aws_ssm_parameter", "it") is None
    )


@pytest.mark.requirement("2.3.state")
@given(json_values)
def test_any_document_is_a_state_or_the_runner_s_failure(file: JsonValue) -> None:
    with pytest.raises(RunnerFailed):
        read_instance(file, "aws_ssm_parameter", "it")
