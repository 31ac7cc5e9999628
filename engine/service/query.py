"""Carrying out the read of a data source: its answer is recorded with the operation, secrets redacted."""

from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationEvent
from engine.core.values import redact
from engine.ports.questions import Question
from engine.service.journal import advance
from engine.service.known import look_up
from engine.service.secrecy import Secrecy
from engine.service.services import Services
from engine.service.target import provider_of, settings_of
from engine.service.wanted import as_given, checked


async def query(services: Services, operation: Operation) -> Operation:
    """Read the data source and finish the PLANNING operation with what it says.

    Raises:
        EngineError: whatever made it impossible; the caller records it.
    """
    request = operation.request
    async with services.store.transaction() as transaction:
        known = await look_up(transaction, operation)
    provider = await provider_of(services, request, known.project, known.living)
    pin = provider.pin
    block = (await services.schemas.data_source(pin, request.resource_type)).block
    asked = checked(block, request.config)
    config = as_given(known.living, asked, block)
    secrecy = Secrecy.of(block, known.living, asked)
    question = Question(
        key=operation.id,
        project_id=known.project.id,
        pin=pin,
        accepted=provider.lock.hashes,
        data_source_type=request.resource_type,
        config=config,
        settings=await settings_of(services, known.project, pin, request.provider_alias),
    )
    with secrecy.strings(config).kept_out_of_errors():
        attributes = await services.runner.read_data_source(question)
    async with services.store.transaction() as transaction:
        return await advance(
            services,
            transaction,
            operation,
            OperationEvent.UNCHANGED,
            provider_version=str(pin.version),
            secret_arguments=secrecy.arguments(config),
            result=redact(attributes, secrecy.marks(attributes)),
        )
