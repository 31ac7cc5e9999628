"""Use case: find the provider at hand that a type belongs to."""

from engine.core.auth.principals import Principal
from engine.core.errors import InvalidInput, NotFound
from engine.core.providers.names import suggestion
from engine.service.providers.search import search_providers
from engine.service.services import Services


def owner_of_type(services: Services, principal: Principal, type_name: str) -> str:
    """Return the provider that a type's first word names, as `aws_s3_bucket` names hashicorp/aws.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        NotFound: no provider at hand has that name; the hint names the nearest.
        InvalidInput: several have.
        NotSetUp: the mirror cannot be read.
    """
    word = type_name.partition("_")[0]
    installed = search_providers(services, principal, "")
    named = [str(pin.address) for pin in installed if pin.address.name == word]
    if not named:
        near = suggestion(word, [pin.address.name for pin in installed])
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
