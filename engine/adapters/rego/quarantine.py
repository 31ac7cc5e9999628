"""Policies that ended workers twice, and the inputs they are kept from. It ends nothing itself."""

from typing import Final, NamedTuple

from engine.core.limits import POLICY_QUARANTINE_MAX

_STRIKES: Final = 2
# An input of half the size is too like one that ended a worker to be tried with it again.
_ALIKE: Final = 2


class _Strike(NamedTuple):
    deed: str
    input_bytes: int


class Quarantine:
    """What each policy, known by the digest of its content, did to workers.

    A changed policy has another digest and starts anew; so does every policy in a new process. An endless
    policy would otherwise take a worker's whole limit from every request, which is how it could keep the gate
    from answering others. Inputs much smaller than those that it failed on are still judged: else two huge
    requests of anybody would stop every project that the policy binds.
    """

    def __init__(self) -> None:
        self._strikes: dict[str, tuple[_Strike, ...]] = {}

    def strike(self, digest: str, deed: str, input_bytes: int = 0) -> None:
        """Take note that a policy ended a worker, as `deed` says.

        `input_bytes` is the size of the input, 0 where it needed none. Of one policy the two smallest inputs
        count; the oldest policies make room for new ones.
        """
        strikes = [*self._strikes.pop(digest, ()), _Strike(deed, input_bytes)]
        if len(strikes) > _STRIKES:
            largest = max(strikes, key=lambda strike: strike.input_bytes)
            strikes.remove(largest if largest.input_bytes > input_bytes else strikes[-1])
        self._strikes[digest] = tuple(strikes)
        if len(self._strikes) > POLICY_QUARANTINE_MAX:
            del self._strikes[next(iter(self._strikes))]

    def reason(self, digest: str, input_bytes: int = 0) -> str | None:
        """Return why a policy must reach no worker with an input of a size, None where it may."""
        strikes = self._strikes.get(digest, ())
        if len(strikes) < _STRIKES:
            return None
        bound = max(strike.input_bytes for strike in strikes) // _ALIKE
        if input_bytes < bound:
            return None
        first, second = (strike.deed for strike in strikes)
        what = f"{first}, twice" if first == second else f"{first}, then {second}"
        which = f" on inputs of {bound} bytes or more" if bound else ""
        return f"{what}; it is not evaluated again{which} until it changes or the engine restarts"
