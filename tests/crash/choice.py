"""Which runs there are: every point of an engine in its order, and by chance, given again by a number."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Final

from tests.crash.gate import Side, is_write
from tests.crash.play import Result
from tests.crash.script import Act, Blow, Script
from tests.crash.subjects import SUBJECTS

# What an undisturbed run passes: asked for by act and type.
Census = Callable[[Act, str], Result]

_BLOWS: Final = (
    (Blow.ENGINE,),
    (Blow.TOFU,),
    (Blow.PROVIDER,),
    (Blow.ASKED,),
    (Blow.URGED,),
    (Blow.TOFU, Blow.PROVIDER),
    (Blow.PROVIDER, Blow.TOFU),
    (Blow.ENGINE, Blow.TOFU),
    (Blow.ENGINE, Blow.PROVIDER),
    (Blow.ENGINE, Blow.ASKED),
    (Blow.ENGINE, Blow.TOFU, Blow.PROVIDER),
)
_POINTS_SHARE: Final = 0.4
_WRITES_SHARE: Final = 0.7
_BEFORE_SHARE: Final = 0.35
_LATE_SHARE: Final = 0.5
_AT_ONCE_SHARE: Final = 0.35
_AGAIN_SHARE: Final = 0.3
_AGAIN_POINTS: Final = 8


def every_point(act: Act, subject: str, census: Census) -> Iterator[Script]:
    """Return a run for each point that the engine passes: it dies there."""
    for number in range(1, len(census(act, subject).points) + 1):
        yield Script(act, subject, point=number)


def by_chance(seed: str, number: int, census: Census) -> Script:
    """Return the run of a number; the same again for the same seed."""
    chance = Random(f"{seed}:{number}")  # noqa: S311 - a run by chance is no secret
    act, subject = chance.choice(list(Act)), chance.choice(sorted(SUBJECTS))
    script = Script(act, subject)
    undisturbed = census(act, subject)
    if chance.random() < _AGAIN_SHARE:
        script = replace(script, again=chance.randint(1, _AGAIN_POINTS))
    if chance.random() < _POINTS_SHARE:
        at_once = chance.random() < _AT_ONCE_SHARE
        return replace(script, point=chance.randint(1, len(undisturbed.points)), at_once=at_once)
    numbers = range(1, len(undisturbed.calls) + 1)
    writes = [number for number in numbers if is_write(undisturbed.calls[number - 1])]
    call = chance.choice(writes if writes and chance.random() < _WRITES_SHARE else numbers)
    blows = chance.choice(_BLOWS)
    at_once = Blow.ENGINE in blows and chance.random() < _AT_ONCE_SHARE
    side = Side.BEFORE if chance.random() < _BEFORE_SHARE else Side.AFTER
    # What acts only after the recovery cannot be known to it.
    late = side is Side.BEFORE and not at_once and chance.random() < _LATE_SHARE
    return replace(script, call=call, side=side, late=late, blows=blows, at_once=at_once)
