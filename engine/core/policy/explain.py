"""Why the rules of a policy said what they said, told body by body. Finding it out is an adapter's."""

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.policy.decision import PolicyFailure

Verdict: TypeAlias = Literal["held", "stopped", "failed", "not_tried", "unclear"]


class Expression(BaseModel):
    """An expression as a person wrote it, shortened where it is long; `line` counts from 1."""

    model_config = ConfigDict(frozen=True)

    line: int
    text: str


class Seen(BaseModel):
    """A name or an expression with what it stood for.

    Attributes:
        values: none where it was undefined; several where it stands for many, the first of them.
        cut: a value is shortened to the beginning of its JSON text, or there are more.
    """

    model_config = ConfigDict(frozen=True)

    expression: str
    values: tuple[JsonValue, ...] = ()
    cut: bool = False


class BodyTold(BaseModel):
    """What became of one body of a rule.

    Attributes:
        kind: `body`; `else`, tried where those before did not hold; `default`; `every`, the inside of one.
        verdict: `held` to its end; `stopped` at the first expression that did not hold; `failed` where one
            raised; `not_tried`, for another held before; `unclear` where its order cannot be followed.
        held: the expressions that held, in their order.
        stopped: the expression that decided, more than one where they cannot be told apart.
        bindings: in how many ways its variables could be set so that `held` holds.
        example: the variables in one of these ways.
        values: what the references of `stopped` stood for in that way.
        said: what the body said where it held.
        message: what the engine said where it failed.
        inside: of an `every` that stopped, what became of its inside for one element that broke it.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["body", "else", "default", "every"]
    line: int
    verdict: Verdict
    held: tuple[Expression, ...] = ()
    stopped: tuple[Expression, ...] = ()
    bindings: int = 1
    example: tuple[Seen, ...] = ()
    values: tuple[Seen, ...] = ()
    said: tuple[JsonValue, ...] = ()
    message: str = ""
    inside: "BodyTold | None" = None


class RuleTold(BaseModel):
    """One definition of a rule; a rule has as many as the source gives it."""

    model_config = ConfigDict(frozen=True)

    rule: str
    line: int
    bodies: tuple[BodyTold, ...]


class Explanation(BaseModel):
    """Why one policy said what it said of one input.

    Attributes:
        policy_id, name, version, digest: which policy, exactly.
        rules: the definitions of the rules that decide.
        helpers: the definitions of other rules that those refer to, as far as they have conditions.
        left_out: definitions that are not told because there are too many.
        failure: why nothing can be told; all else is then empty.
    """

    model_config = ConfigDict(frozen=True)

    policy_id: str
    name: str
    version: int
    digest: str
    rules: tuple[RuleTold, ...] = ()
    helpers: tuple[RuleTold, ...] = ()
    left_out: int = 0
    failure: PolicyFailure | None = None
