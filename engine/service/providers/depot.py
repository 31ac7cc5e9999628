"""What bringing providers takes: where they come from, where they go, and which are allowed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.core.addrs import ProviderPin
from engine.core.providers.allow import AllowList
from engine.ports.artifacts import Shelf, Workspace
from engine.ports.mirror import ProviderPackage
from engine.ports.suppliers import Supplier


@dataclass(frozen=True)
class Depot:
    """The parts that use cases of the provider cache share.

    Attributes:
        suppliers: in the order in which they are tried.
        platform: that of this machine.
        shelf: the place of a version for a platform.
        packages: what is installed for a platform; raises as `ProviderMirror.packages`.
    """

    suppliers: Sequence[Supplier]
    allow: AllowList
    platform: str
    workspace: Workspace
    shelf: Callable[[ProviderPin, str], Shelf]
    packages: Callable[[str], Sequence[ProviderPackage]]


def package_name(pin: ProviderPin, platform: str, here: str) -> str:
    """Return what a package is called and locked by: `hashicorp/aws 3.39.0`, a foreign platform behind it."""
    return str(pin) if platform == here else f"{pin} for {platform}"
