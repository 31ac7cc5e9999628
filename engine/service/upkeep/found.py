"""What one pass of upkeep did and could not do: each item by itself, so that none keeps the others back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.core.errors import EngineError


class UpkeepProblem(BaseModel):
    """Something that could not be done in this pass; the next one tries again."""

    model_config = ConfigDict(frozen=True)

    what: str
    code: str
    message: str


class UpkeepReport(BaseModel):
    """What is published of one pass.

    Attributes:
        warned: projects that were warned of their end, as `web: 24 h`.
        archived, destroyed: projects by name.
        expired: operations that nobody decided about in time.
        given_up: operations that were queued for too long, and stopped destructions; they are asked for anew.
        recovered: operations whose worker was gone.
        due: operations that are to be carried out now, in this order; that is the caller's business.
        problems: what could not be done.
    """

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    warned: tuple[str, ...] = ()
    archived: tuple[str, ...] = ()
    destroyed: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()
    recovered: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    problems: tuple[UpkeepProblem, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do and nothing to say."""
        return self == UpkeepReport()


class Pass(BaseModel):
    """A pass under way: what is found so far."""

    warned: list[str] = Field(default_factory=list)
    archived: list[str] = Field(default_factory=list)
    destroyed: list[str] = Field(default_factory=list)
    expired: list[str] = Field(default_factory=list)
    given_up: list[str] = Field(default_factory=list)
    recovered: list[str] = Field(default_factory=list)
    due: list[str] = Field(default_factory=list)
    problems: list[UpkeepProblem] = Field(default_factory=list)

    @contextmanager
    def item(self, what: str) -> Iterator[None]:
        """Note an error of the engine as a problem of one item, and go on."""
        try:
            yield
        except EngineError as error:
            self.problems.append(UpkeepProblem(what=what, code=error.code, message=error.message))

    def report(self) -> UpkeepReport:
        """Return what is published."""
        return UpkeepReport.model_validate(self.model_dump())
