"""Policies that ended workers twice and reach none again while the process lives. It ends nothing itself."""

from typing import Final

from engine.core.limits import POLICY_QUARANTINE_MAX

_STRIKES: Final = 2


class Quarantine:
    """What each policy, known by the digest of its content, did to workers.

    A changed policy has another digest and starts anew; so does every policy in a new process. A time-out on
    one input counts against all inputs: an endless policy would otherwise take a worker's whole limit from
    every request, which is how it could keep the gate from answering others.
    """

    def __init__(self) -> None:
        self._deeds: dict[str, tuple[str, ...]] = {}

    def strike(self, digest: str, deed: str) -> None:
        """Take note that a policy ended a worker, as `deed` says. The oldest notes make room for new ones."""
        deeds = self._deeds.pop(digest, ())
        self._deeds[digest] = (*deeds, deed)[:_STRIKES]
        if len(self._deeds) > POLICY_QUARANTINE_MAX:
            del self._deeds[next(iter(self._deeds))]

    def reason(self, digest: str) -> str | None:
        """Return why a policy must reach no worker, None where it may."""
        deeds = self._deeds.get(digest, ())
        if len(deeds) < _STRIKES:
            return None
        first, second = deeds
        what = f"{first}, twice" if first == second else f"{first}, then {second}"
        return f"{what}; it is not evaluated again until it changes or the engine restarts"
