"""Who acts in the demo: alice's assistant, alice herself, and bob, who reviews."""

from collections.abc import Awaitable
from typing import Final

from engine.core.auth.principals import assistant, person
from engine.core.operations.operation import Operation
from engine.core.values import JsonObject
from engine.service.approve import approve
from engine.service.create import create
from engine.service.delete import delete
from engine.service.import_ import import_
from engine.service.refresh import refresh
from engine.service.report import OperationReport
from engine.service.resume import resume
from engine.service.update import update
from server.context import Desk
from server.demo.stage import Stage

PROJECT: Final = "demo"
AWS: Final = "hashicorp/aws"
VERSION: Final = "3.39.0"


class Cast:
    """Asks for operations in the project `demo`, waits for them and shows them."""

    def __init__(self, desk: Desk, stage: Stage) -> None:
        self.services = desk.services
        self.assistant = assistant("alice", "demo-assistant")
        self.alice = person("alice")
        self.bob = person("bob")
        self._desk = desk
        self._stage = stage

    async def create(self, resource_id: str, resource_type: str, config: JsonObject) -> OperationReport:
        """The assistant asks for a resource."""
        return await self._shown(
            create(
                self.services,
                self.assistant,
                PROJECT,
                resource_id=resource_id,
                provider=AWS,
                provider_version=VERSION,
                resource_type=resource_type,
                config=config,
            )
        )

    async def update(self, resource_id: str, config: JsonObject) -> OperationReport:
        """The assistant asks for a change."""
        asked = update(self.services, self.assistant, PROJECT, resource_id=resource_id, config=config)
        return await self._shown(asked)

    async def delete(self, resource_id: str) -> OperationReport:
        """The assistant asks for a deletion."""
        return await self._shown(delete(self.services, self.assistant, PROJECT, resource_id=resource_id))

    async def refresh(self, resource_id: str) -> OperationReport:
        """The assistant asks how the cloud differs."""
        return await self._shown(refresh(self.services, self.assistant, PROJECT, resource_id=resource_id))

    async def import_(self, resource_id: str, resource_type: str, import_id: str) -> OperationReport:
        """The assistant takes an existing object in."""
        return await self._shown(
            import_(
                self.services,
                self.assistant,
                PROJECT,
                resource_id=resource_id,
                provider=AWS,
                provider_version=VERSION,
                resource_type=resource_type,
                import_id=import_id,
            )
        )

    async def approve(self, waiting: OperationReport, note: str) -> Operation:
        """Bob approves exactly the plan that waits."""
        return await approve(self.services, self.bob, waiting.operation.id, note)

    async def resume(self, approved: OperationReport) -> OperationReport:
        """The assistant goes on with what was approved."""
        return await self._shown(resume(self.services, self.assistant, approved.operation.id))

    async def _shown(self, asked: Awaitable[Operation]) -> OperationReport:
        operation = await asked
        report = await self._desk.carry_out(self.assistant, operation.id, None, self._stage.working)
        self._stage.show(report)
        return report
