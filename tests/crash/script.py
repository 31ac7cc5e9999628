"""What happens in one run: what is asked for, of which type, and who is struck when.

How it is played is `play`'s business, which runs there are `choice`'s.
"""

from dataclasses import dataclass
from enum import StrEnum

from tests.crash.gate import Side


class Act(StrEnum):
    """What is asked for."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    IMPORT = "import"


class Blow(StrEnum):
    """What is done while the cloud holds a call."""

    ENGINE = "engine"
    TOFU = "tofu"
    PROVIDER = "provider"
    ASKED = "asked"
    URGED = "urged"


@dataclass(frozen=True)
class Script:
    """One run.

    Attributes:
        act, subject: what is asked for, and the type (a key of `SUBJECTS`).
        point: the number of the engine's point at which it dies; 0 for none.
        call: the number of the call that is held; 0 for none.
        side: whether that call is held before the cloud acts or after it.
        late: whether a call held before the cloud goes on to it after the blows.
        blows: what is done while the call is held, in order; `asked` is SIGINT to tofu once, `urged` twice.
        at_once: whether the first recovery begins while OpenTofu still goes on without an engine.
        again: the number of the point at which the first recovery dies; 0 for none.
    """

    act: Act
    subject: str
    point: int = 0
    call: int = 0
    side: Side = Side.AFTER
    late: bool = False
    blows: tuple[Blow, ...] = ()
    at_once: bool = False
    again: int = 0

    def __str__(self) -> str:
        words = [f"{self.act} {self.subject}"]
        if self.point:
            words.append(f"engine dies at point {self.point}")
        if self.call:
            late = ", which goes on later" if self.late else ""
            blows = ", ".join(self.blows) or "nobody"
            words.append(f"call {self.call} held {self.side} the cloud{late}; struck: {blows}")
        if self.at_once:
            words.append("recovery at once")
        if self.again:
            words.append(f"recovery dies at point {self.again}")
        return "; ".join(words)
