"""The composition root: builds the adapters of one process and hands out the use cases' services."""

import os
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

from engine.adapters.cache.mirror import FilesystemMirror
from engine.adapters.clock import SystemClock, SystemIds
from engine.adapters.integrations import CallerIntegrations
from engine.adapters.registry.client import RegistryClient
from engine.adapters.store.unit_of_work import open_store
from engine.adapters.tofu.binding import DevOverrides
from engine.adapters.tofu.runner import TofuRunner
from engine.adapters.tofu.schemas import TofuSchemas
from engine.adapters.tofu.slots import Slots
from engine.adapters.tofu.toolchain import Toolchain
from engine.core.addrs import DEFAULT_REGISTRY
from engine.core.errors import NotSetUp
from engine.core.origins import origin_of, parse_hosts
from engine.core.providers.environment import parse_variables
from engine.core.providers.mirrors import PlaceKind
from engine.ports.artifacts import Step
from engine.service.services import Services
from server.bootstrap.evaluation import open_evaluator, open_explainer
from server.bootstrap.places import Places, downloads_of
from server.bootstrap.provisioning import tofu_shelf
from server.settings import Settings
from server.shipped import provider_manifest


@asynccontextmanager
async def open_services(
    settings: Settings, credentials: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[Services]:
    """Open the database and start what the use cases need; leaving ends it.

    `credentials` are set in the environment of providers on top of the caller's.

    Raises:
        StoreFailed: the database cannot be opened.
        NotSetUp: the Rego engine is not the pinned build.
    """
    places = places_of(settings)
    mirror = FilesystemMirror(settings.providers_cache, places.platform, settings.allow_list)
    caller = {**settings.caller_environment, **credentials}
    toolchain = Toolchain(
        locate=_Once(settings).locate,
        binding=DevOverrides(mirror),
        caller=caller,
        integrations=CallerIntegrations(caller, parse_variables(settings.providers_environment)),
        slots=Slots(settings.home / "slots", os.cpu_count() or 1),
    )
    runner = TofuRunner(toolchain, settings.home / "work")
    async with (
        open_store(settings.database) as store,
        open_evaluator(settings) as evaluator,
        open_explainer() as explainer,
    ):
        yield Services(
            store=store,
            runner=runner,
            leftovers=runner,
            evaluator=evaluator,
            explainer=explainer,
            schemas=TofuSchemas(toolchain, mirror, settings.home / "schemas"),
            mirror=mirror,
            registry=RegistryClient(downloads_of(places), settings.registry_api_url, places.registries),
            clock=SystemClock(),
            ids=SystemIds(),
            platform=places.platform,
            worker=f"{socket.gethostname()}:{os.getpid()}:{time.monotonic_ns()}",
            separation=settings.approvals_separation,
        )


def places_of(settings: Settings) -> Places:
    """Return where set-up works."""
    return Places(
        home=settings.home,
        manifest=provider_manifest(),
        tools=settings.tools,
        mirror=settings.providers_cache,
        tofu=settings.tofu,
        environment=settings.caller_environment,
        allow=settings.allow_list,
        registries={DEFAULT_REGISTRY: settings.registry_url},
        mirrors=settings.mirrors,
        unsigned=settings.providers_unsigned,
        own=(
            origin_of(settings.registry_api_url),
            *(origin_of(place.where) for place in settings.mirrors if place.kind is PlaceKind.NETWORK),
            *parse_hosts(settings.private_hosts, field="INTENT_PRIVATE_HOSTS"),
        ),
        offline=settings.offline,
    )


async def locate_tofu(settings: Settings) -> Path:
    """Return the OpenTofu binary, checked.

    Raises:
        NotSetUp: there is none, or the one that the settings name cannot be used.
        IntegrityFailed: it is not the one that was installed.
    """
    installed = await tofu_shelf(places_of(settings)).find(_Unheard())
    if installed is None:
        raise NotSetUp("OpenTofu is not installed", hint="`intent setup` brings it")
    return installed.executable


class _Once:
    """Finds OpenTofu when it is first needed, and remembers it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._found: Path | None = None

    async def locate(self) -> Path:
        """Return the binary; see `locate_tofu`."""
        if self._found is None:
            self._found = await locate_tofu(self._settings)
        return self._found


class _Unheard:
    """Progress that nobody listens to."""

    def report(self, step: Step) -> None:
        """Take note of nothing."""
