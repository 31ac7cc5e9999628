"""The check of a provider's settings before a project keeps them."""

from pydantic import JsonValue

from engine.core.addrs import ProviderAddress
from engine.core.errors import InvalidInput
from engine.core.providers.check import check_config
from engine.core.providers.credentials import credential_marks
from engine.core.refs import find_refs
from engine.core.text import require_whole_characters
from engine.core.values import JsonObject, true_paths
from engine.service.services import Services


async def checked_settings(services: Services, address: str, settings: JsonValue) -> JsonObject | None:
    """Return settings that a project may keep, None where they are to be removed.

    Raises:
        NotFound: the mirror lacks the provider.
        InvalidInput: they do not fit the provider's own schema, or hold a secret or a reference.
        IntegrityFailed, NotSetUp, RunnerFailed: the schema cannot be had.
    """
    if settings is None:
        return None
    package = services.mirror.resolve(ProviderAddress.parse(address), None)
    block = (await services.schemas.index(package.pin)).configuration.block
    require_whole_characters(settings, "config")
    config = check_config(block, settings)
    secrets = true_paths(credential_marks(block, config))
    if secrets:
        raise InvalidInput(
            f"{', '.join(secrets)} is a secret and does not belong into a project's settings",
            field=f"config.{secrets[0]}",
            hint="give credentials by the environment, for AWS in AWS_ACCESS_KEY_ID or AWS_PROFILE",
        )
    for path, _ in find_refs({"config": config}):
        raise InvalidInput(
            "a provider's settings cannot refer to resources", field=path, hint="give the value itself"
        )
    return config
