"""Use cases: find the provider that a type belongs to, at hand or by a registry's search."""

from collections.abc import Iterable
from functools import partial
from typing import Final

from engine.core.addrs import ProviderAddress
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import Forbidden, InvalidInput, NotFound, NotSetUp, RegistryFailed
from engine.core.limits import REGISTRY_ANSWER_SECONDS
from engine.core.providers.names import suggestion
from engine.core.providers.ranking import OFFICIAL, Found, query_of, ranked
from engine.ports.mirror import ProviderPackage
from engine.service.providers.asking import in_time
from engine.service.services import Services

# So many providers are named where several have a type.
_SHOWN: Final = 3


def newest_packages(services: Services) -> list[ProviderPackage]:
    """Return the newest installed release of each provider, by address; else a pre-release.

    Raises:
        NotSetUp: the mirror cannot be read.
    """
    newest: dict[str, ProviderPackage] = {}
    for package in services.mirror.packages():
        newest.setdefault(str(package.pin.address), package)
    return list(newest.values())


def refusal_of(services: Services, address: ProviderAddress) -> Forbidden | None:
    """Return why the allow-list refuses a provider; None where it does not."""
    try:
        services.mirror.resolve(address, None)
    except Forbidden as refused:
        return refused
    except (NotFound, NotSetUp):
        return None
    return None


def owner_of_type(services: Services, principal: Principal, type_name: str) -> str:
    """Return the provider at hand that a type's first word names, as `aws_s3_bucket` names hashicorp/aws.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        NotFound: no provider at hand has that name; the hint names the nearest.
        InvalidInput: several have.
        NotSetUp: the mirror cannot be read.
    """
    principal.require(Scope.RESOURCES_READ)
    word = type_name.partition("_")[0]
    installed = [package.pin.address for package in newest_packages(services)]
    named = _allowed(services, [address for address in installed if address.name == word])
    if not named:
        near = suggestion(word, [address.name for address in installed])
        way = f"install the one that has {type_name}: intent provider install NAMESPACE/{word}"
        raise NotFound(
            f"no provider at hand is named {word}",
            field="type",
            hint=f"{near} or {way}" if near else way,
        )
    if len(named) > 1:
        raise InvalidInput(
            f"{' and '.join(map(str, named))} are both named {word}",
            field="provider",
            hint=f"name the one you mean, such as {named[0]}",
        )
    return str(named[0])


def _allowed(services: Services, found: Iterable[ProviderAddress]) -> list[ProviderAddress]:
    """Return the providers that the allow-list does not refuse; all of them where it refuses all."""
    known = list(dict.fromkeys(found))
    return [address for address in known if refusal_of(services, address) is None] or known


async def find_owner(services: Services, principal: Principal, type_name: str) -> str:
    """Return the provider of a type: the one at hand, or else the one that the registry finds it with.

    Raises:
        Forbidden, NotFound, InvalidInput, NotSetUp: as `owner_of_type`; InvalidInput also where the registry
            finds the type with several, none of them official.
    """
    try:
        return owner_of_type(services, principal, type_name)
    except NotFound as missing:
        try:
            found = await _found_with(services, type_name)
        except RegistryFailed as failed:
            hint = f"the registry knows whose type it is, but {failed.message}; {missing.hint}"
            raise NotFound(missing.message, field=missing.field, hint=hint) from failed
        named = _allowed(services, [one.address for one in found])
        if not named:
            word = type_name.partition("_")[0]
            hint = f"{missing.hint}; `intent provider search {word}` finds it"
            raise NotFound(
                f"{missing.message}, and the registry finds no type {type_name}",
                field=missing.field,
                hint=hint,
            ) from missing
    if len(named) > 1 and named[0].namespace not in OFFICIAL:
        several = " and ".join(map(str, named[:_SHOWN]))
        raise InvalidInput(
            f"{type_name} is a type of {several}",
            field="provider",
            hint=f"name the one you mean, such as {named[0]}",
        )
    return str(named[0])


async def _found_with(services: Services, type_name: str) -> list[Found]:
    """Return what the registry's search finds of exactly that name, best first.

    A registry knows a page by the name without the provider's word, so that it is asked by that as well.
    """
    prefix, _, rest = type_name.partition("_")
    words = rest.replace("_", " ")
    # A type may be called as its provider is: then there is but one way to ask.
    for text in (type_name, f"{prefix} {words}", words) if words else (type_name,):
        findings = await in_time(partial(services.registry.search, text), REGISTRY_ANSWER_SECONDS)
        same = [each for each in findings if each.name == type_name]
        if same:
            found = [Found(address=f.address, name=f.name, popularity=f.popularity) for f in same]
            return ranked(query_of(type_name), found)
    return []
