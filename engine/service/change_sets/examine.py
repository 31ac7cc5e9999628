"""The check of a change set as a whole, before anything of it runs: every problem at once, at its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from engine.core.addrs import ConfiguredProvider
from engine.core.change_sets import Change, edges_after, find_problems, order, waves
from engine.core.errors import EngineError, InvalidInput
from engine.core.limits import CONFIG_PROBLEMS_MAX
from engine.core.operations.operation import Operation, OperationKind
from engine.core.projects import Project
from engine.core.providers.check import Problem
from engine.core.providers.names import suggestion
from engine.core.providers.reach import dead_end, references_for_blocks
from engine.core.providers.schema import Block
from engine.core.refs import Ref, find_refs, value_at
from engine.core.resources import Resource
from engine.core.values import JsonObject
from engine.service.change_sets.members import Task
from engine.service.lookup import find_project_by_id
from engine.service.services import Services
from engine.service.target import configured, provider_of
from engine.service.wanted import merged, named_once


@dataclass(frozen=True)
class Examined:
    """A set in which nothing is wrong.

    Attributes:
        needs: what must be done before each change, by resource id.
        edges: what will depend on what when all is done.
    """

    needs: Mapping[str, frozenset[str]]
    edges: Mapping[str, tuple[str, ...]]

    @property
    def steps(self) -> Mapping[str, int]:
        """The step in which each change is done, from 1."""
        return waves(self.needs)


@dataclass(frozen=True)
class _Read:
    """A change with its configuration and its schema, as far as they could be had."""

    change: Change
    block: Block | None
    config: JsonObject | None


async def examine(services: Services, change_set: Operation, tasks: Sequence[Task]) -> Examined:
    """Return the graph of what is left to do of a set.

    Raises:
        InvalidInput: something is wrong with it; `facts["problems"]` holds everything, at most 50.
    """
    async with services.store.transaction() as transaction:
        project = await find_project_by_id(transaction, change_set.project_id)
        stored = await transaction.resources.list(project.id)
    living = {resource.resource_id: resource for resource in stored}
    problems: list[Problem] = []
    read = [await _read(services, project, task, living, problems) for task in tasks]
    changes = [each.change for each in read]
    edges = {name: resource.depends_on for name, resource in living.items()}
    found = chain(problems, find_problems(changes, edges), _dead_ends(read, living))
    refuse(found)
    return Examined(needs=order(changes, edges), edges=edges_after(changes, edges))


async def _read(
    services: Services,
    project: Project,
    task: Task,
    living: Mapping[str, Resource],
    problems: list[Problem],
) -> _Read:
    request, present = task.request, living.get(task.request.resource_id)
    change = Change(place=task.place, kind=request.kind, resource_id=request.resource_id)
    block: Block | None = None
    config: JsonObject | None = None
    if request.kind is not OperationKind.DELETE and (present or request.kind is OperationKind.CREATE):
        try:
            pin = (await provider_of(services, request, project, living)).pin
            resource_type = request.resource_type if present is None else present.resource_type
            block = (await services.schemas.resource(pin, resource_type)).block
            config = merged(request, present, block) or {}
            refs = find_refs({"config": config})
            if present is None:
                configured(project, ConfiguredProvider(address=pin.address, alias=request.provider_alias))
        except EngineError as error:
            problems += _placed(error, change.field)
        else:
            explicit = request.depends_on or named_once(present, living)
            change = Change(
                place=task.place,
                kind=request.kind,
                resource_id=request.resource_id,
                refs=refs,
                depends_on=explicit,
            )
    return _Read(change=change, block=block, config=config)


def _placed(error: EngineError, field: str) -> list[Problem]:
    inner = error.facts.get("problems")
    if isinstance(inner, list) and inner:
        found = [Problem.model_validate(each) for each in inner]
        return [each.model_copy(update={"path": f"{field}.{each.path}"}) for each in found]
    path = f"{field}.{error.field}" if error.field else field
    return [Problem(path=path, message=error.message, hint=error.hint or "mend it")]


def _dead_ends(read: Sequence[_Read], living: Mapping[str, Resource]) -> Iterator[Problem]:
    """Yield the references to attributes that are not there, or that cannot be had before they are made."""
    by_name = {each.change.resource_id: each for each in read}
    for each in read:
        for path, ref in each.change.refs:
            field = f"{each.change.field}.{path}"
            other = by_name.get(ref.resource_id)
            if other is not None:
                yield from _beyond_schema(field, ref, other.block)
            elif ref.resource_id in living:
                yield from _beyond_state(field, ref, living[ref.resource_id])
        if each.block is not None and each.config is not None:
            for path, ref in references_for_blocks(each.block, each.config):
                if ref.resource_id in by_name:
                    yield Problem(
                        path=f"{each.change.field}.config.{path}",
                        message=f"a whole block cannot be taken from {ref.resource_id} within one set",
                        hint="refer to the values in it, one by one",
                    )


def _beyond_schema(field: str, ref: Ref, block: Block | None) -> Iterator[Problem]:
    end = None if block is None else dead_end(block, ref.path)
    if end is not None:
        near = suggestion(end.step, end.known)
        known = f"there is {', '.join(end.known)}" if end.known else "there is nothing inside it"
        yield Problem(path=field, message=f"{ref} does not exist: no {end.step!r} there", hint=near or known)


def _beyond_state(field: str, ref: Ref, source: Resource) -> Iterator[Problem]:
    try:
        value_at(None if source.state is None else source.state.attributes, ref, field)
    except InvalidInput as missing:
        yield Problem(path=field, message=missing.message, hint=missing.hint or "name another attribute")


def refuse(found: Iterable[Problem]) -> None:
    """Do nothing where there are no problems.

    Raises:
        InvalidInput: naming all of them, at most 50.
    """
    problems = tuple(islice(found, CONFIG_PROBLEMS_MAX))
    if not problems:
        return
    first, *more = problems
    raise InvalidInput(
        "; ".join(map(str, problems)) if more else f"{first.path}: {first.message}",
        field=first.path,
        hint="mend each of these" if more else first.hint,
        facts={"problems": [problem.model_dump() for problem in problems]},
    )
