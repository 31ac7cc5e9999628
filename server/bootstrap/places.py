"""Where a process works and whom it may ask, made of its settings; and the downloads that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.adapters.cache.machine import this_platform
from engine.adapters.registry.http import Downloads
from engine.adapters.registry.reach import Reach
from engine.core.origins import Origin, origin_of
from engine.core.providers.allow import AllowList, Unsigned
from engine.core.providers.mirrors import Place, PlaceKind


@dataclass(frozen=True)
class Places:
    """Where set-up works.

    Attributes:
        home: the data folder, which doctor looks at.
        manifest: the file with the pins.
        tools: gets `bin/tofu`.
        mirror: the provider mirror.
        tofu: an OpenTofu named in the settings, or None.
        environment: for finding `tofu`, `npm` and `pip`, and for their children.
        registries: other URLs for some registry hosts, as in OpenTofu's `host` blocks.
        allow: which providers may be brought.
        mirrors: where provider packages are looked for, in order.
        unsigned: what becomes of a provider that a registry gives no signing key for.
        own: whom the operator named beside those; they may stand on private networks.
        offline: nothing is asked over the network.
    """

    home: Path
    manifest: Path
    tools: Path
    mirror: Path
    tofu: Path | None
    environment: Mapping[str, str]
    registries: Mapping[str, str] | None = None
    own: Sequence[Origin] = ()
    offline: bool = False
    platform: str = this_platform()
    allow: AllowList = field(default_factory=AllowList)
    mirrors: Sequence[Place] = (Place(kind=PlaceKind.DIRECT),)
    unsigned: Unsigned = Unsigned.REFUSE


def downloads_of(places: Places, *pinned: str) -> Downloads:
    """Return what asks for everything over HTTP; URLs that the manifest pins are named like settings."""
    named = (*(places.registries or {}).values(), *pinned)
    return Downloads(
        Reach(
            own=frozenset({*places.own, *map(origin_of, named)}),
            environment=places.environment,
            offline=places.offline,
            kept=places.home / "registry",
        )
    )
