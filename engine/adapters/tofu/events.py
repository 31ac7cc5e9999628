"""OpenTofu's `-json` event lines ("Machine-Readable UI", version 1): the few that the runner listens to."""

import json

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.core.diagnostics import Diagnostic


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


class _Event(_Wire):
    type: str
    message: str = Field(default="", alias="@message")
    diagnostic: _WireDiagnostic | None = None
    hook: _Hook | None = None


class EventLog:
    """Reads event lines as they come; keeps diagnostics, and what is worth telling a waiting person."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def read(self, line: str) -> str | None:
        """Take in one line; return a sentence on progress where the line is about one.

        A line that is no event (a provider may print one) says nothing.
        """
        try:
            event = _Event.model_validate(json.loads(line))
        except (ValueError, ValidationError):
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
        return event.message if event.hook is not None else None

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The errors so far."""
        return tuple(d for d in self.diagnostics if d.severity == "error")
