"""From `tofu show -json PLAN` to a `Plan`. The format is OpenTofu's "JSON Output Format", major version 1."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from engine.core.errors import RunnerFailed
from engine.core.plans.plan import Action, Plan
from engine.core.values import Difference, JsonObject, differences, dotted, redact_differences

_MAJOR: Final = "1"
_TofuAction = Literal["no-op", "create", "read", "update", "delete", "forget"]
_UNDERSTOOD: Final = frozenset(
    {
        (Action.NO_OP,),
        (Action.CREATE,),
        (Action.UPDATE,),
        (Action.DELETE,),
        (Action.DELETE, Action.CREATE),
        (Action.CREATE, Action.DELETE),
    }
)


class _Change(BaseModel):
    model_config = ConfigDict(extra="ignore")

    actions: list[_TofuAction]
    before: JsonObject | None = None
    after: JsonObject | None = None
    after_unknown: JsonValue = False
    before_sensitive: JsonValue = False
    after_sensitive: JsonValue = False
    replace_paths: list[list[str | int]] = Field(default_factory=list)


class _ResourceChange(BaseModel):
    model_config = ConfigDict(extra="ignore")

    address: str
    mode: str
    deposed: str = ""
    change: _Change


class _Values(BaseModel):
    model_config = ConfigDict(extra="ignore")

    address: str
    values: JsonObject = Field(default_factory=dict)


class _Module(BaseModel):
    model_config = ConfigDict(extra="ignore")

    resources: list[_Values] = Field(default_factory=list)


class _StateValues(BaseModel):
    model_config = ConfigDict(extra="ignore")

    root_module: _Module = Field(default_factory=_Module)


class _PriorState(BaseModel):
    model_config = ConfigDict(extra="ignore")

    values: _StateValues = Field(default_factory=_StateValues)


class _Document(BaseModel):
    model_config = ConfigDict(extra="ignore")

    format_version: str
    errored: bool = False
    resource_changes: list[_ResourceChange] = Field(default_factory=list)
    resource_drift: list[_ResourceChange] = Field(default_factory=list)
    prior_state: _PriorState = Field(default_factory=_PriorState)


def decode_plan(document: Any, address: str) -> Plan:  # noqa: ANN401 - decoding is where unknown input gets its type
    """Read the plan of the one managed resource at `address`.

    A document without a change of it plans nothing (a refresh-only plan without drift looks so).

    Raises:
        RunnerFailed: the format is unknown, the plan errored, or it changes anything else as well: a plan
            that does not say exactly what happens to the object is refused.
    """
    decoded = _decode(document)
    managed = [c for c in decoded.resource_changes if c.mode == "managed"]
    strangers = sorted({c.address for c in managed} - {address})
    if strangers or len(managed) > 1 or any(c.deposed for c in managed):
        raise RunnerFailed(f"the plan of {address} also changes {', '.join(strangers) or 'it twice'}")
    drifted = next((c.change for c in decoded.resource_drift if c.address == address), None)
    drift = () if drifted is None else _drift(drifted)
    missing = drifted is not None and drifted.after is None
    if not managed:
        return Plan(address=address, actions=(Action.NO_OP,), drift=drift, missing=missing)
    change = managed[0].change
    if "forget" in change.actions:
        raise RunnerFailed(f"the plan of {address} would forget it without destroying it")
    actions = tuple(Action(a) for a in change.actions)
    if actions not in _UNDERSTOOD:
        said = " ".join(actions) or "nothing"
        raise RunnerFailed(f"the plan of {address} does not say what happens to it, but {said}")
    return Plan(
        address=address,
        actions=actions,
        before=change.before,
        after=change.after,
        unknown=change.after_unknown,
        before_sensitive=change.before_sensitive,
        after_sensitive=change.after_sensitive,
        replace_paths=tuple(dotted(tuple(path)) for path in change.replace_paths),
        drift=drift,
        missing=missing,
    )


def _drift(change: _Change) -> tuple[Difference, ...]:
    found = differences(change.before or {}, change.after or {})
    return redact_differences(found, change.before_sensitive, change.after_sensitive)


def decode_values(document: Any, address: str) -> JsonObject | None:  # noqa: ANN401 - as above
    """Return what was read of a resource or data source while planning, or None where there is no such thing.

    Raises:
        RunnerFailed: as `decode_plan`, for the format.
    """
    read = _decode(document).prior_state.values.root_module.resources
    return next((r.values for r in read if r.address == address), None)


def decode_changes(document: Any) -> Mapping[str, JsonObject]:  # noqa: ANN401 - as above
    """Return OpenTofu's own change object of each managed resource that a plan speaks of, by address.

    Raises:
        RunnerFailed: as `decode_plan`, for the format.
    """
    _decode(document)
    return {c["address"]: c["change"] for c in document.get("resource_changes", []) if c["mode"] == "managed"}


def _decode(document: Any) -> _Document:  # noqa: ANN401 - as above
    try:
        decoded = _Document.model_validate(document)
    except ValidationError as error:
        raise RunnerFailed(
            f"OpenTofu's plan cannot be read: {error.error_count()} members are not as documented",
            hint="check the version of OpenTofu with `intent doctor`",
        ) from error
    if decoded.format_version.split(".", 1)[0] != _MAJOR:
        raise RunnerFailed(
            f"OpenTofu's plan has format {decoded.format_version}, not {_MAJOR}.x",
            hint="check the version of OpenTofu with `intent doctor`",
        )
    if decoded.errored:
        raise RunnerFailed("OpenTofu marked its plan as errored")
    return decoded
