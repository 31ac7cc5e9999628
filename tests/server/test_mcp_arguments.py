"""Which arguments each operation takes, and what a wrong one is told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import InvalidInput
from server.mcp.arguments import Form, IntentArguments, ProviderArguments, parse, schema_of
from server.mcp.catalog import INTENT, PROVIDER
from server.mcp.entries import ToolEntry

FORMS = {name: entry.forms for name, entry in INTENT.operations.items()}


def refused(**arguments: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as error:
        parse(IntentArguments, FORMS, arguments)
    return error.value


def test_the_operations_take_the_arguments_that_the_contract_names() -> None:
    waiting = ("dry_run", "idempotency_key", "wait_seconds")
    assert {
        "create": (
            Form(
                ("resource_id", "provider", "resource_type", "config"),
                ("project", "provider_version", "provider_alias", "depends_on", *waiting),
            ),
        ),
        "update": (Form(("resource_id", "config"), ("project", "mode", *waiting)),),
        "delete": (Form(("resource_id",), ("project", "cascade", *waiting)),),
        "change_set": (Form(("changes",), ("project", "reason", *waiting)),),
        "import": (
            Form(
                ("resource_id", "provider", "resource_type", "import_id"),
                ("project", "provider_version", "provider_alias", "idempotency_key"),
            ),
        ),
        "refresh": (Form((), ("project", "resource_id", "accept", "missing")),),
        "read": (
            Form(("resource_id",), ("project",)),
            Form(("data_source_type", "provider", "config"), ("project", "provider_alias")),
        ),
        "eject": (Form(("resource_id",), ("project",)),),
        "resume": (Form(("operation_id",), ("adopt", "retry", "forget")),),
        "cancel": (Form(("operation_id",)),),
        "status": (Form(("operation_id",)), Form((), ("project",))),
        "export": (Form((), ("project", "resource_id", "format")),),
        "graph": (Form((), ("project",)),),
        "versions": (Form(("resource_id",), ("project",)),),
        "restore": (Form(("resource_id", "version"), ("project", *waiting)),),
        "lock": (Form((), ("project", "reason")),),
        "unlock": (Form((), ("project",)),),
    } == FORMS


@pytest.mark.parametrize("tool", [INTENT, PROVIDER], ids=lambda tool: tool.name)
def test_every_operation_and_every_argument_of_the_schema_is_used(tool: ToolEntry[Any, Any]) -> None:
    schema = schema_of(tool.arguments)
    forms = [form for entry in tool.operations.values() for form in entry.forms]
    used = {name for form in forms for name in (*form.required, *form.optional)}
    assert schema["properties"]["operation"]["enum"] == list(tool.operations)
    assert set(schema["properties"]) == used | {"operation"}
    assert all(property_["description"] for property_ in schema["properties"].values())


@pytest.mark.parametrize("model", [IntentArguments, ProviderArguments])
def test_a_schema_is_one_flat_object_that_strict_clients_take(model: type[Any]) -> None:
    schema = schema_of(model)
    assert (schema["type"], schema["required"], schema["additionalProperties"]) == (
        "object",
        ["operation"],
        False,
    )
    for property_ in schema["properties"].values():
        assert isinstance(property_["type"], str)
        assert not {"$ref", "anyOf", "oneOf", "allOf"} & property_.keys()


def test_an_unknown_argument_is_refused_with_the_nearest_known_one() -> None:
    error = refused(operation="delete", resource_id="logs", resource_idd="logs")
    assert (error.message, error.field) == ("delete has no argument 'resource_idd'", "resource_idd")
    assert error.hint == (
        "did you mean resource_id? delete takes resource_id (optional: project, cascade, dry_run, "
        "idempotency_key, wait_seconds)"
    )


def test_an_argument_of_another_operation_is_refused_by_name() -> None:
    error = refused(operation="delete", resource_id="logs", config={})
    assert (error.message, error.field) == ("config does not belong to delete", "config")


def test_arguments_of_two_forms_are_not_mixed() -> None:
    assert refused(operation="read", resource_id="logs", config={}).field == "config"
    assert refused(operation="status", operation_id="x", project="web").field == "project"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"operation": "create", "resource_id": "logs"}, "provider"),
        ({"operation": "update", "resource_id": "logs"}, "config"),
        ({"operation": "read"}, "resource_id"),
        ({"operation": "read", "data_source_type": "aws_ami"}, "provider"),
        ({"operation": "resume"}, "operation_id"),
    ],
)
def test_a_missing_argument_is_named_with_the_operation(arguments: dict[str, Any], field: str) -> None:
    error = refused(**arguments)
    assert (error.message, error.field) == (f"{arguments['operation']} needs {field}", field)
    assert error.hint is not None
    assert error.hint.startswith(f"{arguments['operation']} takes ")


@pytest.mark.parametrize("operation", [None, 3, [], {}, "", "creat"])
def test_a_wrong_operation_names_the_operations(operation: object) -> None:
    error = refused(operation=operation)
    assert error.field == "operation"
    assert error.hint is not None
    assert error.hint.endswith(f"it is one of {', '.join(FORMS)}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("config", '{"bucket": "logs"}'),
        ("dry_run", "true"),
        ("wait_seconds", 55.5),
        ("wait_seconds", -1),
        ("idempotency_key", ""),
        ("depends_on", "vpc"),
    ],
)
def test_a_value_of_a_wrong_type_is_refused_by_name_and_not_repeated(name: str, value: Any) -> None:
    canary = "s3cret-canary"
    arguments = {
        "operation": "create",
        "resource_id": "logs",
        "provider": canary,
        "resource_type": "t",
        "config": {},
    }
    error = refused(**{**arguments, name: value})
    assert error.field == name
    assert canary not in error.message
    assert name in error.message
    assert error.hint is not None


def test_an_object_that_is_given_as_its_text_is_told_so() -> None:
    error = refused(operation="update", resource_id="logs", config='{"bucket": "logs"}')
    assert (error.field, error.hint) == ("config", "give an object, not its text")


@pytest.mark.parametrize(("operation", "resource_id"), [("delete", "zzz"), ("zzz", "logs")])
def test_where_nothing_is_near_the_hint_is_the_way_out_alone(operation: str, resource_id: str) -> None:
    error = refused(operation=operation, resource_id=resource_id, zzzzz=1)
    assert error.hint is not None
    assert error.hint.startswith(("delete takes", "it is one of"))


def test_null_counts_as_left_out() -> None:
    parsed = parse(IntentArguments, FORMS, {"operation": "status", "operation_id": None, "project": None})
    assert parsed == IntentArguments(operation="status")
    assert parsed.model_fields_set == {"operation"}


_VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())


@given(
    st.dictionaries(
        st.sampled_from([*IntentArguments.model_fields, "other"]), _VALUES | st.sampled_from([*FORMS])
    )
)
def test_any_arguments_are_parsed_or_refused_by_name(arguments: dict[str, Any]) -> None:
    wrong: InvalidInput | None = None
    parsed = IntentArguments(operation="status")
    try:
        parsed = parse(IntentArguments, FORMS, arguments)
    except InvalidInput as error:
        wrong = error
    given_names = {name for name, value in arguments.items() if value is not None}
    assert (parsed.model_fields_set == given_names) if wrong is None else (wrong.field and wrong.hint)
