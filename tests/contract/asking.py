"""What tests ask registries with: a stand-in on loopback as the operator named it, and no real waiting."""

from dataclasses import dataclass, field
from pathlib import Path

from engine.adapters.registry.http import Downloads
from engine.adapters.registry.network import Resolve, system_addresses
from engine.adapters.registry.pace import Pace
from engine.adapters.registry.reach import Reach
from engine.core.origins import origin_of


@dataclass
class Watch:
    """Clocks that stand until they are told to go on, and sleep that is over at once.

    Attributes:
        time: in seconds, of both clocks.
        waits: what was slept.
        chance: what chance says.
    """

    time: float = 1_000_000.0
    chance: float = 1.0
    waits: list[float] = field(default_factory=list)

    @property
    def pace(self) -> Pace:
        """What `Downloads` takes."""
        return Pace(
            sleep=self._sleep, monotonic=lambda: self.time, now=lambda: self.time, chance=lambda: self.chance
        )

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds


def downloads(
    *own: str,
    watch: Watch | None = None,
    kept: Path | None = None,
    offline: bool = False,
    environment: dict[str, str] | None = None,
    resolve: Resolve = system_addresses,
) -> Downloads:
    """Return downloads that may ask the hosts of these URLs wherever they stand."""
    reach = Reach(
        own=frozenset(map(origin_of, own)), environment=environment or {}, offline=offline, kept=kept
    )
    return Downloads(reach, (watch or Watch()).pace, resolve)
