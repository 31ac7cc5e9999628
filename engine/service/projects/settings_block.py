"""The schema of a provider's own settings, at the version that a project uses."""

from engine.core.addrs import ProviderAddress
from engine.core.providers.schema import Attribute, Block
from engine.service.lookup import find_project
from engine.service.pinned import pinned
from engine.service.services import Services


async def settings_block(services: Services, address: ProviderAddress, project_name: str = "") -> Block:
    """Return the schema of a provider's settings in a project; without a project of the newest at hand.

    An attribute that the schema demands, such as a region, need not be given: the provider may find it in the
    environment of a run, which is not that of who asked for the schema, and says at the plan if it does not.

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
    block = (await services.schemas.index(pin)).configuration.block
    attributes = {name: _spared(attribute) for name, attribute in block.attributes.items()}
    return block.model_copy(update={"attributes": attributes})


def _spared(attribute: Attribute) -> Attribute:
    if not attribute.required:
        return attribute
    return attribute.model_copy(update={"required": False, "optional": True})
