"""Use case: find providers and their types by what people call them, at hand and in the registry."""

from collections.abc import Iterable
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress, is_type
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import IntegrityFailed, NotSetUp, RunnerFailed
from engine.core.limits import REGISTRY_HELP_SECONDS, SEARCH_FOUND_MAX
from engine.core.providers.ranking import (
    Found,
    Query,
    nearest_found,
    partly,
    query_of,
    ranked,
    related,
)
from engine.ports.mirror import ProviderPackage
from engine.ports.registry import Finding
from engine.service.providers.asking import if_possible
from engine.service.providers.owner import newest_packages, refusal_of
from engine.service.services import Services

# So many refused providers are named.
_NAMED: Final = 3


class SearchResult(BaseModel):
    """What was found, best first; `notes` says in our words what the answer is without."""

    model_config = ConfigDict(frozen=True)

    found: tuple[Found, ...]
    notes: tuple[str, ...] = ()


async def search_providers(
    services: Services, principal: Principal, query: str, provider: str = ""
) -> SearchResult:
    """Return the providers and types that a query means; "" stands for the providers at hand.

    With `provider` only that one and its types are looked at; it need not be installed. Providers that the
    allow-list refuses are left out, with a note.

    Raises:
        Forbidden: the principal lacks `resources:read`, or the allow-list refuses `provider`.
        InvalidInput: the provider's address is malformed.
        NotSetUp: the mirror cannot be read.
    """
    principal.require(Scope.RESOURCES_READ)
    only = ProviderAddress.parse(provider) if provider else None
    if only is not None and (refused := refusal_of(services, only)) is not None:
        raise refused
    left_out, notes = list[str](), list[str]()
    packages = _usable(services, only, left_out)
    asked = query_of(query)
    here = [Found(address=p.pin.address, version=p.pin.version, installed=True) for p in packages]
    if not asked.words and only is None:
        return SearchResult(found=tuple(here), notes=tuple(left_out))
    types = [one for package in packages for one in await _types(services, package, notes)]
    findings = await _findings(services, asked, notes)
    listed = await _listed(services, only or _named(asked, findings), notes)
    elsewhere = _allowed(services, [*findings, *listed], left_out)
    merged = _merged([*here, *types], elsewhere, only)
    found, note = _meant(asked, merged, findings)
    if not found:
        note = _nothing(only)
    return SearchResult(
        found=tuple(found[:SEARCH_FOUND_MAX]), notes=(*left_out, *notes, *([note] if note else ()))
    )


def _meant(asked: Query, merged: list[Found], findings: Iterable[Found]) -> tuple[list[Found], str]:
    """Return what a search means, best first, and in our words how far that is from what was asked."""
    found = ranked(asked, merged)
    if found or not asked.words:
        theirs = {(one.address, one.name) for one in findings}
        return found + related(asked, (one for one in merged if (one.address, one.name) in theirs)), ""
    nearest = nearest_found(asked, merged), "nothing is called that; these are the nearest names"
    some = partly(asked, merged), "nothing meets every word; these meet the most of them"
    # What is written as one word is one name, and mistyped rather than half met.
    first, second = (some, nearest) if " " in asked.text else (nearest, some)
    return first if first[0] else second


def _usable(services: Services, only: ProviderAddress | None, left_out: list[str]) -> list[ProviderPackage]:
    """Return the newest package of each provider, less those that the allow-list refuses, which is noted."""
    packages = [p for p in newest_packages(services) if only in (None, p.pin.address)]
    refusals = {p.pin.address: refusal_of(services, p.pin.address) for p in packages}
    told = [
        f"{address} (by {each.facts['pattern']})" for address, each in refusals.items() if each is not None
    ]
    if told:
        left_out.append(f"installed but refused by the allow-list, and left out: {_few(told)}")
    return [p for p in packages if refusals[p.pin.address] is None]


def _allowed(services: Services, found: Iterable[Found], left_out: list[str]) -> list[Found]:
    """Return what the registry knows of providers that the allow-list does not refuse; the rest is noted."""
    known = list(found)
    refusals = {address: refusal_of(services, address) for address in {one.address for one in known}}
    installed = {p.pin.address for p in newest_packages(services)}
    refused = [a for a, refusal in refusals.items() if refusal is not None and a not in installed]
    if refused:
        left_out.append(f"refused by the allow-list, and left out: {_few(sorted(map(str, refused)))}")
    return [one for one in known if refusals[one.address] is None]


def _few(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _nothing(only: ProviderAddress | None) -> str:
    where = f"of {only} " if only is not None else ""
    return f"nothing {where}is called that; say it in other words, or search for the provider's name"


async def _types(services: Services, package: ProviderPackage, notes: list[str]) -> list[Found]:
    """Return the types of an installed provider; where its schema cannot be read, none, which is noted."""
    pin = package.pin
    try:
        index = await services.schemas.index(pin)
    except (NotSetUp, RunnerFailed, IntegrityFailed) as failed:
        notes.append(f"without the types of {pin}: {failed.message}")
        return []
    both = set(index.resources) & set(index.data_sources)
    found = []
    for name in sorted({*index.resources, *index.data_sources}):
        first: tuple[str, ...] = ("resource",) if name in index.resources else ("data_source",)
        kinds = ("resource", "data_source") if name in both else first
        found.append(
            Found.model_validate(
                {
                    "address": pin.address,
                    "version": pin.version,
                    "name": name,
                    "kinds": kinds,
                    "installed": True,
                }
            )
        )
    return found


async def _findings(services: Services, asked: Query, notes: list[str]) -> list[Found]:
    """Return what the registry's search finds."""
    if not asked.words:
        return []
    findings = await if_possible(
        lambda: services.registry.search(asked.text),
        REGISTRY_HELP_SECONDS,
        notes,
        "found in what is at hand alone",
    )
    return [_found(finding) for finding in findings or () if not finding.name or is_type(finding.name)]


async def _listed(services: Services, address: ProviderAddress | None, notes: list[str]) -> list[Found]:
    """Return the types that the registry lists of the provider that is asked about."""
    # A registry that could not be reached just now is not asked again.
    if address is None or notes:
        return []
    listed = await if_possible(
        lambda: services.registry.documentation(address, None),
        REGISTRY_HELP_SECONDS,
        notes,
        f"without the registry's list of the types of {address}",
    )
    if listed is None:
        return []
    return [
        Found(
            address=address,
            name=each.name,
            kinds=(each.kind.value,),
            version=listed.version,
            subcategory=each.subcategory,
            description=each.description,
        )
        for each in listed.types
        if is_type(each.name)
    ]


def _named(asked: Query, found: Iterable[Found]) -> ProviderAddress | None:
    """Return the provider that a word of the search names, the official one first."""
    providers = [one for one in found if not one.name and one.address.name in asked.words]
    best = next(iter(ranked(asked, providers, explained=False)), None)
    return None if best is None else best.address


def _found(finding: Finding) -> Found:
    return Found(
        address=finding.address,
        name=finding.name,
        kinds=() if finding.kind is None else (finding.kind.value,),
        version=finding.version,
        popularity=finding.popularity,
        description=finding.description,
    )


def _merged(here: Iterable[Found], elsewhere: Iterable[Found], only: ProviderAddress | None) -> list[Found]:
    """Return each thing once: as it is at hand, with what the registry says beside."""
    merged: dict[tuple[str, str], Found] = {}
    for one in [*here, *elsewhere]:
        key = (one.address.full, one.name)
        known = merged.get(key)
        if only is not None and one.address != only:
            continue
        if known is None:
            merged[key] = one
            continue
        merged[key] = known.model_copy(
            update={
                "kinds": known.kinds if known.installed else tuple(dict.fromkeys([*known.kinds, *one.kinds])),
                "popularity": max(known.popularity, one.popularity),
                "subcategory": known.subcategory or one.subcategory,
                "description": known.description or one.description,
            }
        )
    return list(merged.values())
