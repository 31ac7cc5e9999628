"""The state of stored resources as a file for plain OpenTofu. It reveals secrets, so that is noted first."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal
from engine.core.hcl.build import translated
from engine.core.hcl.configuration import ResourceBlock
from engine.core.hcl.marks import sensitive_attributes
from engine.core.projects import Project
from engine.core.resources import Resource
from engine.core.state import InstanceState, StateEntry, state_document
from engine.ports.store import Transaction
from engine.service.configuration import VALUES_FILE, values_of
from engine.service.selected import Selection
from engine.service.services import Services

STATE_FILE: Final = "terraform.tfstate"
# The oldest OpenTofu that reads what we write; a state file names the version that wrote it.
_STATE_WRITER: Final = "1.6.0"


async def note_reveal(
    services: Services,
    transaction: Transaction,
    principal: Principal,
    project: Project,
    chosen: Sequence[Resource],
) -> None:
    """Write the audit row that stands before any secret is handed out."""
    await transaction.audit.append(
        AuditEvent(
            at=services.clock.now(),
            actor=principal.key,
            event="state.exported",
            project_id=project.id,
            subject=project.name,
            facts={"resources": [resource.resource_id for resource in chosen]},
        )
    )


def state_files(services: Services, selection: Selection) -> Mapping[str, str]:
    """Return the state file of a selection, and the values file of its variables where it has any."""
    blocks, variables = translated(selection.members, selection.others)
    resources = {m.resource.resource_id: m.resource for m in selection.members}
    entries = [
        _entry(resources[block.name], state, block, resources)
        for block in blocks
        if (state := resources[block.name].state) is not None
    ]
    # A later export has a higher serial, so that `tofu state push` takes it for the newer one.
    serial = int(services.clock.now().timestamp())
    written = state_document(
        entries, lineage=selection.project.lineage, serial=serial, tofu_version=_STATE_WRITER
    )
    files = {STATE_FILE: json.dumps(written, indent=2, ensure_ascii=False) + "\n"}
    if variables:
        files[VALUES_FILE] = values_of(variables)
    return files


def _entry(
    resource: Resource, state: InstanceState, block: ResourceBlock, exported: Mapping[str, Resource]
) -> StateEntry:
    """Return the resource as the state of the exported configuration has it."""
    needs = [exported[name].address for name in resource.depends_on if name in exported]
    marks = sensitive_attributes(block.block, block.sensitive)
    return StateEntry(
        resource_type=resource.resource_type,
        name=resource.resource_id,
        provider=resource.pin.address,
        provider_alias=resource.provider_alias,
        instance=state.model_copy(update={"dependencies": needs, "sensitive_attributes": marks}),
    )
