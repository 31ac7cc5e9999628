"""The schema of a provider's own settings, at the version that a project uses."""

from engine.core.addrs import ProviderAddress
from engine.core.providers.schema import Block
from engine.service.lookup import find_project
from engine.service.pinned import pinned
from engine.service.services import Services


async def settings_block(services: Services, address: ProviderAddress, project_name: str = "") -> Block:
    """Return the schema of a provider's settings in a project; without a project of the newest at hand.

    Raises:
        InvalidInput, NotFound: there is no such project.
        NotFound, NotSetUp, Forbidden, Conflict, IntegrityFailed, RunnerFailed: the schema cannot be had.
    """
    if project_name:
        async with services.store.transaction() as transaction:
            project = await find_project(transaction, project_name)
            living = await transaction.resources.list(project.id)
        pin = (await pinned(services, project, address, living)).pin
    else:
        pin = services.mirror.resolve(address, None).pin
    return (await services.schemas.index(pin)).configuration.block
