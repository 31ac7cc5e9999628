"""A real engine room for tests: real OpenTofu, the real AWS provider, a moto server, a real database."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]  # it ships no types
from pydantic import JsonValue

from engine.core.auth.principals import assistant, person
from engine.core.operations.operation import Accept, Operation
from engine.core.values import JsonObject
from engine.service.create import create
from engine.service.delete import delete
from engine.service.eject import eject
from engine.service.import_ import import_
from engine.service.projects.create import create_project
from engine.service.projects.update import update_project
from engine.service.refresh import refresh
from engine.service.report import OperationReport
from engine.service.update import update
from server.bootstrap import open_services
from server.context import Desk, open_desk
from server.demo.cloud import CREDENTIALS, MockCloud
from server.settings import Settings

AWS = "hashicorp/aws"
PROJECT = "room"


class Room:
    """The use cases on one project of one real engine, each carried out to where it rests."""

    def __init__(self, desk: Desk, cloud: MockCloud) -> None:
        self.services = desk.services
        self.desk = desk
        self.cloud = cloud
        self.alice = person("alice")
        self.assistant = assistant("alice", "tests")

    async def create(
        self, resource_id: str, resource_type: str, config: JsonValue, version: str = "3.39.0"
    ) -> OperationReport:
        """Create a resource."""
        return await self.done(
            create(
                self.services,
                self.alice,
                PROJECT,
                resource_id=resource_id,
                provider=AWS,
                provider_version=version,
                resource_type=resource_type,
                config=config,
            )
        )

    async def update(self, resource_id: str, config: JsonObject) -> OperationReport:
        """Merge a change into a resource."""
        return await self.done(
            update(self.services, self.alice, PROJECT, resource_id=resource_id, config=config)
        )

    async def refresh(self, resource_id: str, accept: Accept = Accept.REPORT) -> OperationReport:
        """Look at a resource again."""
        return await self.done(
            refresh(self.services, self.alice, PROJECT, resource_id=resource_id, accept=accept)
        )

    async def import_(self, resource_id: str, resource_type: str, import_id: str) -> OperationReport:
        """Import an object."""
        return await self.done(
            import_(
                self.services,
                self.alice,
                PROJECT,
                resource_id=resource_id,
                provider=AWS,
                provider_version="3.39.0",
                resource_type=resource_type,
                import_id=import_id,
            )
        )

    async def eject(self, resource_id: str) -> OperationReport:
        """Forget a resource."""
        return await self.done(eject(self.services, self.alice, PROJECT, resource_id=resource_id))

    async def delete(self, resource_id: str) -> OperationReport:
        """Delete a resource."""
        return await self.done(delete(self.services, self.alice, PROJECT, resource_id=resource_id))

    async def done(self, asked: Awaitable[Operation]) -> OperationReport:
        """Carry an operation out and report it."""
        return await self.desk.carry_out(self.alice, (await asked).id, None, _quiet)

    def client(self, service: str) -> Any:
        """Return a boto3 client of the cloud."""
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=self.cloud.url,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",  # noqa: S106 - the mock cloud takes any
        )


@asynccontextmanager
async def open_room(cloud: MockCloud, home: Path, database: Path) -> AsyncIterator[Room]:
    """Open a room with an empty project; `home` is shared for its schema cache, the database is not."""
    settings = Settings(home=home, database_url=f"sqlite:///{database}")
    async with open_services(settings, CREDENTIALS) as services, open_desk(services) as desk:
        room = Room(desk, cloud)
        await create_project(services, room.alice, PROJECT)
        await update_project(services, room.alice, PROJECT, provider_settings={AWS: cloud.provider_settings})
        yield room


async def _quiet(_text: str) -> None:
    """Hear nothing."""
