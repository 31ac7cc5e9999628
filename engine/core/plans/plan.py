"""The plan of one resource. `decode` reads it; what policies see of it is `engine.core.policy.input`'s."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.values import Difference, JsonObject, differences, redact, without


class Action(StrEnum):
    """What happens to the object; a replacement is `delete` and `create` in the order they are done.

    The first five are OpenTofu's own words; `import`, `refresh` and `forget` change only what the engine
    remembers.
    """

    NO_OP = "no-op"
    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    IMPORT = "import"
    REFRESH = "refresh"
    FORGET = "forget"


# What a plan is called that destroys the object and makes it anew.
REPLACE: Final = "replace"


def word_of(actions: Sequence[str]) -> str:
    """Return the one word for what happens: the first action, `replace`, or `no-op` where there is none."""
    return REPLACE if {Action.DELETE, Action.CREATE} <= set(actions) else next(iter(actions), Action.NO_OP)


class Plan(BaseModel):
    """The planned change of exactly one resource.

    Attributes:
        address: OpenTofu's address of it in the workspace, `aws_s3_bucket.logs`.
        before: attributes as they are now, None where there is no object.
        after: attributes as they will be, None after a deletion; unknown ones are absent.
        unknown: tree of marks, true where a value is known only after the change.
        before_sensitive, after_sensitive: trees of marks where a value is secret.
        replace_paths: dotted paths whose change forces a replacement.
        drift: what changed in the cloud since the engine last looked, secrets redacted.
        missing: True where the object that the engine remembers is gone from the cloud.
    """

    model_config = ConfigDict(frozen=True)

    address: str
    actions: tuple[Action, ...]
    before: JsonObject | None = None
    after: JsonObject | None = None
    unknown: JsonValue = False
    before_sensitive: JsonValue = False
    after_sensitive: JsonValue = False
    replace_paths: tuple[str, ...] = ()
    drift: tuple[Difference, ...] = ()
    missing: bool = False

    @property
    def nothing_to_do(self) -> bool:
        """True where neither the cloud nor the engine's memory would change."""
        return self.actions == (Action.NO_OP,)

    @property
    def replaces(self) -> bool:
        """True where the object is destroyed and made anew."""
        return self.action == REPLACE

    @property
    def action(self) -> str:
        """What happens, in one word: an action's, or `replace`."""
        return word_of(self.actions)

    @property
    def known_after(self) -> JsonObject | None:
        """`after` less everything unknown: what OpenTofu planned and can already say."""
        known = without(self.after, self.unknown)
        return known if isinstance(known, dict) else None

    @property
    def changed(self) -> tuple[str, ...]:
        """The top-level attributes that get another known value, sorted; empty for a deletion."""
        after = self.known_after
        if after is None:
            return ()
        before = without(self.before or {}, self.unknown)
        return tuple(dict.fromkeys(d.path.split(".", 1)[0] for d in differences(before, after)))

    @property
    def redacted_before(self) -> JsonObject | None:
        """`before` with secrets replaced; what may be stored and shown."""
        return _redacted(self.before, self.before_sensitive)

    @property
    def redacted_after(self) -> JsonObject | None:
        """What is known of `after`, with secrets replaced; what may be stored and shown."""
        return _redacted(self.known_after, self.after_sensitive)

    @property
    def summary(self) -> str:
        """One line for people: `create`, `update tags`, `replace because of bucket`, `delete`."""
        if self.replaces:
            return "replace because of " + (", ".join(self.replace_paths) or "a taint")
        words = " ".join(action.value for action in self.actions)
        return f"{words} {', '.join(self.changed)}".rstrip() if self.before and self.after else words


def _redacted(value: JsonObject | None, marks: JsonValue) -> JsonObject | None:
    shown = redact(value, marks)
    # A tree that marks the whole object leaves nothing to show.
    return shown if isinstance(shown, dict) else None
