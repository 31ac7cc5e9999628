"""What OpenTofu tells without changing anything: what a data source says, what a configuration would do."""

from collections.abc import Mapping

from engine.adapters.tofu.session import Session
from engine.adapters.tofu.workspace import CONFIG_FILE, configuration
from engine.adapters.tofu.workspaces import Place
from engine.core.errors import RunnerFailed
from engine.core.limits import PLAN_TIMEOUT_SECONDS
from engine.core.plans.decode import decode_changes, decode_values
from engine.core.values import JsonObject
from engine.ports.questions import Question


async def read_data_source(place: Place, question: Question) -> JsonObject:
    """Plan a workspace with the data source alone and return what was read; see the port."""
    data_source_type = question.data_source_type
    document = configuration(
        question.pin.address,
        question.settings,
        section="data",
        block_type=data_source_type,
        name="it",
        config=question.config,
    )
    place.workspace.write_json(CONFIG_FILE, document)
    what = f"reading {data_source_type}"
    values = decode_values(await _planned(place.session, what), f"data.{data_source_type}.it")
    if values is None:
        raise RunnerFailed(f"{what}: OpenTofu did not read it")
    return values


async def preview(place: Place, files: Mapping[str, str]) -> Mapping[str, JsonObject]:
    """Plan a folder of files and return the changes; see the port."""
    for name, content in files.items():
        place.workspace.write(name, content)
    return decode_changes(await _planned(place.session, "planning the exported configuration"))


async def _planned(session: Session, what: str) -> object:
    await session.require(session.commands.plan_change(), PLAN_TIMEOUT_SECONDS, what)
    return await session.json(session.commands.show_plan(), PLAN_TIMEOUT_SECONDS, what)
