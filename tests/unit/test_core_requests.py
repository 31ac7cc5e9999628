"""Requests and their digests; errors as operations keep them."""

import pytest

from engine.core.errors import InvalidInput, ProviderFailed
from engine.core.operations.operation import OperationError, OperationKind, Request


def test_the_same_body_has_the_same_digest_and_another_has_not() -> None:
    first = Request(kind=OperationKind.CREATE, resource_id="a", config={"x": 1, "y": 2})
    assert Request(kind=OperationKind.CREATE, resource_id="a", config={"y": 2, "x": 1}).digest == first.digest
    assert first.model_copy(update={"dry_run": True}).digest != first.digest
    assert first.model_copy(update={"config": {"x": 1}}).digest != first.digest


def test_a_body_with_a_number_beyond_json_is_invalid_input() -> None:
    with pytest.raises(InvalidInput) as caught:
        _ = Request(kind=OperationKind.CREATE, config={"size": float("1e400")}).digest
    assert (caught.value.field, caught.value.hint) == ("config", "give it as a string")


def test_an_error_is_stored_whole() -> None:
    error = ProviderFailed("no", field="config.acl", hint="ask", facts={"a": 1}, untrusted="AccessDenied")
    assert OperationError.of(error) == OperationError(
        code="provider_failed",
        message="no",
        field="config.acl",
        hint="ask",
        facts={"a": 1},
        untrusted_detail="AccessDenied",
    )
