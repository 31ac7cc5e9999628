"""The arguments of the tools: their types, which of them an operation takes, and what a wrong one is told.

What the values mean (names, versions, configurations) is checked by the use cases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from engine.core.errors import InvalidInput
from engine.core.limits import IDEMPOTENCY_KEY_MAX_CHARS, WAIT_DEFAULT_SECONDS, WAIT_MAX_SECONDS
from engine.core.providers.names import suggestion
from engine.core.values import JsonObject

OPERATION = "operation"


class Arguments(BaseModel):
    """Arguments as they came; whoever needs to know whether one was given asks `model_fields_set`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    operation: str


class IntentArguments(Arguments):
    """The arguments of the tool `intent`, flat: `operation` says which of them belong."""

    operation: Literal[
        "create",
        "update",
        "delete",
        "change_set",
        "import",
        "refresh",
        "read",
        "eject",
        "resume",
        "cancel",
        "status",
        "export",
        "graph",
        "versions",
        "restore",
        "lock",
        "unlock",
    ] = Field(description="What to do.")
    project: str = Field("", description="Project to work in. Leave it out for the default one.")
    resource_id: str = Field("", description="Your name for the resource: letters, digits, - and _.")
    provider: str = Field("", description="Provider address, for example hashicorp/aws.")
    provider_version: str = Field("", description="Provider version; the project's where left out.")
    provider_alias: str = Field(
        "", description="Which of the project's configurations of the provider; for good."
    )
    resource_type: str = Field("", description="Resource type, for example aws_s3_bucket.")
    data_source_type: str = Field("", description="Data source type to read, for example aws_ami.")
    config: JsonObject = Field(
        default_factory=dict,
        description="Attributes and nested blocks as the tool `provider` shows them. Strings "
        'are literals. {"$ref": "other-id.attribute"} takes a value of another resource of the project.',
    )
    mode: Literal["merge", "replace"] = Field(
        "merge",
        description="update: merge replaces the given top-level keys, a map whole; null removes one, others "
        "stay; replace takes config as the whole.",
    )
    depends_on: list[str] = Field(
        default_factory=list, description="Ids of resources that must exist first; a $ref says so by itself."
    )
    version: int = Field(0, ge=1, description="restore: the version to bring back.")
    changes: list[JsonObject] = Field(
        default_factory=list,
        description="change_set: objects with operation (create, update or delete) and that operation's own "
        "arguments: resource_id, provider, provider_alias, resource_type, config, mode, depends_on. A $ref "
        "may name what another change makes.",
    )
    cascade: bool = Field(
        default=False, description="delete: destroy everything that depends on it too, as one change set."
    )
    import_id: str = Field("", description="The provider's id of the existing object.")
    accept: Literal["report", "save"] = Field(
        "report",
        description="refresh: report shows drift; save keeps what was found, if the policies allow it.",
    )
    missing: Literal["keep", "forget", "recreate"] = Field(
        "keep",
        description="refresh of one resource whose object is gone: keep its record, forget it, or make the "
        "object anew; the policies decide.",
    )
    format: Literal["hcl", "json", "state"] = Field(
        "hcl", description="export: configuration; or the state, which takes the scope secrets:reveal."
    )
    reason: str = Field("", description="Why, for others to see; policies and history have it.")
    operation_id: str = Field("", description="The id that an earlier answer gave.")
    adopt: str = Field(
        "", description="resume: the provider's id of the object that an interrupted operation made."
    )
    retry: bool = Field(
        default=False, description="resume: an interrupted operation did nothing; plan and decide anew."
    )
    forget: bool = Field(default=False, description="resume: end an interrupted operation as FAILED.")
    dry_run: bool = Field(default=False, description="Plan and ask the policies, change nothing.")
    idempotency_key: str | None = Field(
        None,
        min_length=1,
        max_length=IDEMPOTENCY_KEY_MAX_CHARS,
        description="Repeat a call with the same key and it is carried out once.",
    )
    wait_seconds: float = Field(
        WAIT_DEFAULT_SECONDS,
        ge=0,
        le=WAIT_MAX_SECONDS,
        description="How long to wait for the outcome before answering with next=wait.",
    )


class ProviderArguments(Arguments):
    """The arguments of the tool `provider`."""

    operation: Literal["search", "versions", "describe", "resource", "data_source", "examples"] = Field(
        description="What to look up."
    )
    query: str = Field(
        "", description="search: words such as bucket, load balancer, aws queue, or a name or address."
    )
    provider: str = Field("", description="Provider address, for example hashicorp/aws.")
    version: str = Field(
        "", description="Provider version; the project's where left out, or else the newest installed."
    )
    project: str = Field("", description="Project whose version is meant. Leave it out for the default one.")
    type: str = Field("", description="Resource or data source type, for example aws_s3_bucket.")
    filter: str = Field("", description="Keep only names that contain this; few names are told at length.")
    required_only: bool = Field(default=False, description="Keep only what must be given.")
    page: int = Field(1, ge=1, description="Which page of a long answer.")


@dataclass(frozen=True)
class Form:
    """One set of arguments that an operation accepts; the first required one tells forms apart."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def __str__(self) -> str:
        needs = [f"**{name}**" for name in self.required]
        return " ".join([*needs, *self.optional])


A = TypeVar("A", bound=Arguments)


def parse(model: type[A], forms: Mapping[str, Sequence[Form]], arguments: Mapping[str, JsonValue]) -> A:
    """Return the arguments of a call; one that is null counts as left out.

    Raises:
        InvalidInput: one is unknown, missing, out of place or of a wrong type; names it, the operation and
            what to give instead.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    operation = _parse_operation(given.get(OPERATION, ""), forms)
    _check_names(model, operation, forms[operation], set(given) - {OPERATION})
    try:
        return model.model_validate(given)
    except ValidationError as wrong:
        raise _mistyped(model, operation, wrong) from None


def _parse_operation(operation: JsonValue, forms: Mapping[str, Sequence[Form]]) -> str:
    if isinstance(operation, str) and operation in forms:
        return operation
    said = f"there is no operation {operation!r}" if operation else "operation is missing"
    near = suggestion(operation, forms) if operation and isinstance(operation, str) else ""
    raise InvalidInput(said, field=OPERATION, hint=f"{near} it is one of {', '.join(forms)}".lstrip())


def _check_names(model: type[Arguments], operation: str, forms: Sequence[Form], given: set[str]) -> None:
    form = next((f for f in forms if not f.required or f.required[0] in given), forms[0])
    takes = (*form.required, *form.optional)
    usage = f"{operation} takes " + ", or ".join(_spelled(f) for f in forms)
    for name in sorted(given.difference(takes)):
        if name in model.model_fields:
            raise InvalidInput(f"{name} does not belong to {operation}", field=name, hint=usage)
        near = suggestion(name, takes)
        raise InvalidInput(
            f"{operation} has no argument {name!r}", field=name, hint=f"{near} {usage}".lstrip()
        )
    for name in form.required:
        if name not in given:
            raise InvalidInput(f"{operation} needs {name}", field=name, hint=usage)


def _spelled(form: Form) -> str:
    needs, may = ", ".join(form.required), ", ".join(form.optional)
    return f"{needs or 'nothing'} (optional: {may})" if may else needs


def _mistyped(model: type[Arguments], operation: str, wrong: ValidationError) -> InvalidInput:
    """Return what to say of values of a wrong type; the values themselves are not repeated."""
    found = [(".".join(str(step) for step in error["loc"]), error["msg"]) for error in wrong.errors()]
    first = wrong.errors()[0]
    field = str(first["loc"][0])
    is_text = first["type"] == "dict_type" and isinstance(first["input"], str)
    return InvalidInput(
        f"{operation}: " + "; ".join(f"{path}: {message}" for path, message in found),
        field=field,
        hint="give an object, not its text" if is_text else model.model_fields[field].description,
    )


def schema_of(model: type[Arguments]) -> dict[str, Any]:
    """Return the JSON schema of the arguments as clients get it: one flat object without nulls."""
    written = model.model_json_schema()
    properties = {name: _plain(schema) for name, schema in written["properties"].items()}
    return {
        "type": "object",
        "properties": properties,
        "required": written["required"],
        "additionalProperties": False,
    }


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a property's schema less its title and its alternative null, which both only cost words."""
    whole = {**schema, **next((s for s in schema.get("anyOf", ()) if s["type"] != "null"), {})}
    dropped = {"title", "anyOf"} | ({"default"} if whole.get("default") in ("", None) else set())
    plain = {key: value for key, value in whole.items() if key not in dropped}
    return {**plain, "additionalProperties": True} if plain["type"] == "object" else plain
