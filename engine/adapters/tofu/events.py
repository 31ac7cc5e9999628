"""OpenTofu's `-json` event lines ("Machine-Readable UI", version 1): the few that the runner listens to."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.core.diagnostics import Diagnostic
from engine.core.limits import IMPORT_ID_MAX_CHARS
from engine.core.operations.steps import EffectEvent

_EFFECTS: Final = frozenset({"apply_start", "apply_progress", "apply_complete", "apply_errored"})


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _WireDiagnostic(_Wire):
    severity: str
    summary: str
    detail: str = ""
    address: str = ""


class _Resource(_Wire):
    addr: str = ""


class _Hook(_Wire):
    resource: _Resource = Field(default_factory=_Resource)
    action: str = ""
    id_key: str = ""
    id_value: str = ""


class _Event(_Wire):
    type: str
    message: str = Field(default="", alias="@message")
    diagnostic: _WireDiagnostic | None = None
    hook: _Hook | None = None


@dataclass(frozen=True)
class Said:
    """What a line tells: a sentence for whoever waits, and the event where it is one of an effect."""

    sentence: str
    effect: EffectEvent | None


class EventLog:
    """Reads event lines as they come, keeps diagnostics, and says what the other lines tell."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def read(self, line: str) -> Said | None:
        """Take in one line; return what it tells where it is about an object.

        A line that is no event (a provider may print one) says nothing.
        """
        event = _event(line)
        if event is None:
            return None
        if event.diagnostic is not None:
            found = event.diagnostic
            self.diagnostics.append(
                Diagnostic(
                    severity="error" if found.severity == "error" else "warning",
                    summary=found.summary,
                    detail=found.detail,
                    address=found.address,
                )
            )
        return None if event.hook is None else Said(event.message, _effect(event.type, event.hook))

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The errors so far."""
        return tuple(d for d in self.diagnostics if d.severity == "error")


def effects(lines: Iterable[str]) -> Iterator[EffectEvent]:
    """Return the events of an effect among the lines of an apply, also of one that broke off."""
    for line in lines:
        event = _event(line)
        found = _effect(event.type, event.hook) if event is not None and event.hook is not None else None
        if found is not None:
            yield found


def _event(line: str) -> _Event | None:
    try:
        return _Event.model_validate(json.loads(line))
    except (ValueError, ValidationError):
        return None


def _effect(type_: str, hook: _Hook) -> EffectEvent | None:
    if type_ not in _EFFECTS:
        return None
    # Of a type without ids OpenTofu names something else, a name or a tag; what is too long names nothing.
    named = hook.id_key == "id" and 0 < len(hook.id_value) <= IMPORT_ID_MAX_CHARS
    return EffectEvent(type=type_, action=hook.action, object_id=hook.id_value if named else None)
