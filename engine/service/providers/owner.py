"""Use cases: find the provider that a type belongs to, at hand or by a registry's search."""

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import InvalidInput, NotFound, RegistryFailed
from engine.core.limits import REGISTRY_ANSWER_SECONDS
from engine.core.providers.names import suggestion
from engine.core.providers.ranking import Found, query_of, ranked
from engine.ports.mirror import ProviderPackage
from engine.service.providers.asking import in_time
from engine.service.services import Services


def newest_packages(services: Services) -> list[ProviderPackage]:
    """Return the newest installed release of each provider, by address; else a pre-release.

    Raises:
        NotSetUp: the mirror cannot be read.
    """
    newest: dict[str, ProviderPackage] = {}
    for package in services.mirror.packages():
        newest.setdefault(str(package.pin.address), package)
    return list(newest.values())


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
    named = [str(address) for address in installed if address.name == word]
    if not named:
        near = suggestion(word, [address.name for address in installed])
        raise NotFound(
            f"no provider at hand is named {word}",
            field="type",
            hint=f"{near} or name the provider" if near else "name the provider",
        )
    if len(named) > 1:
        raise InvalidInput(
            f"{' and '.join(named)} are both named {word}", field="provider", hint="name the one you mean"
        )
    return named[0]


async def find_owner(services: Services, principal: Principal, type_name: str) -> str:
    """Return the provider of a type: the one at hand, or else the first that the registry finds it with.

    Raises:
        Forbidden, NotFound, InvalidInput, NotSetUp: as `owner_of_type`.
    """
    try:
        return owner_of_type(services, principal, type_name)
    except NotFound as missing:
        try:
            findings = await in_time(lambda: services.registry.search(type_name), REGISTRY_ANSWER_SECONDS)
        except RegistryFailed as failed:
            hint = f"{missing.hint}; {failed.message}"
            raise NotFound(missing.message, field=missing.field, hint=hint) from failed
        same = [f for f in findings if f.name == type_name]
        found = [Found(address=f.address, name=f.name, popularity=f.popularity) for f in same]
        best = next(iter(ranked(query_of(type_name), found)), None)
        if best is None:
            raise
        return str(best.address)
