"""Composition of what brings providers: places to ask in the order of the settings, and where packages go."""

from collections.abc import Sequence
from pathlib import Path

from engine.adapters.cache.inventory import MirrorInventory
from engine.adapters.cache.mirror import FilesystemMirror
from engine.adapters.cache.shelves import ProviderShelf
from engine.adapters.cache.workspace import LockedFolder, parts_of
from engine.adapters.registry.folder_mirror import FolderMirror
from engine.adapters.registry.http import Downloads
from engine.adapters.registry.manifest import read_manifest
from engine.adapters.registry.network_mirror import NetworkMirror
from engine.adapters.registry.protocol import Registries
from engine.adapters.registry.suppliers import DirectSupplier
from engine.core.addrs import ProviderPin
from engine.core.providers.mirrors import Place, PlaceKind
from engine.ports.inventory import PackageInventory
from engine.ports.suppliers import Supplier
from engine.service.providers.depot import Depot, package_name
from server.bootstrap.places import Places, downloads_of


def open_depot(places: Places, downloads: Downloads | None = None) -> Depot:
    """Return what bringing providers takes; `downloads` are made of the places where they are left out."""

    def mirror(platform: str) -> FilesystemMirror:
        return FilesystemMirror(places.mirror, platform, places.allow)

    return Depot(
        suppliers=suppliers_of(places, downloads or downloads_of(places)),
        allow=places.allow,
        platform=places.platform,
        workspace=LockedFolder(places.mirror),
        shelf=lambda pin, platform: ProviderShelf(mirror(platform), pin),
        packages=lambda platform: mirror(platform).packages(),
    )


def open_inventory(places: Places) -> PackageInventory:
    """Return what looks through the provider cache."""
    return MirrorInventory(places.mirror, places.allow)


def set_up_pins(places: Places) -> frozenset[ProviderPin]:
    """Return the versions that set-up brings.

    Raises:
        NotSetUp: the manifest cannot be read.
    """
    return frozenset(provider.pin for provider in read_manifest(places.manifest).provider)


def suppliers_of(places: Places, downloads: Downloads) -> Sequence[Supplier]:
    """Return the places where provider packages are looked for, in order."""

    def parts(pin: ProviderPin, platform: str) -> Path:
        return parts_of(places.mirror, package_name(pin, platform, places.platform))

    def supplier(place: Place) -> Supplier:
        match place.kind:
            case PlaceKind.DIRECT:
                registries = Registries(downloads, places.registries or {}, places.unsigned)
                return DirectSupplier(registries, parts)
            case PlaceKind.NETWORK:
                return NetworkMirror(place.where, downloads, parts)
            case PlaceKind.FOLDER:
                return FolderMirror(Path(place.where))

    return [supplier(place) for place in places.mirrors]
