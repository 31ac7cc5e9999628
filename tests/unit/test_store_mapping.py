"""Records come back from the database exactly as they went in, whatever they hold."""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, JsonValue

from engine.adapters.store import mapping
from engine.adapters.store.unit_of_work import SqlStore, open_store
from engine.core.audit import AuditEvent, AuditHead, seal
from engine.core.errors import StoreFailed
from engine.core.operations.operation import Operation
from engine.core.policy.decision import Decision
from engine.core.policy.policies import Policy, PolicyVersion, policy_of
from engine.core.policy.samples import Sample
from engine.core.policy.waivers import Waiver
from engine.core.projects import Project
from engine.core.resources import Resource
from engine.testing import builders as new

_Record = TypeVar("_Record", bound=BaseModel)
_ZONES: Final = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# Two days from both ends of the calendar: in UTC the moment must still be in it.
_MOMENTS: Final = st.builds(
    lambda zone, seconds, micro: (
        datetime(1, 1, 3, tzinfo=zone) + timedelta(seconds=seconds, microseconds=micro)
    ),
    _ZONES,
    st.integers(0, 9998 * 365 * 86_400),
    st.integers(0, 999_999),
)
_COUNTS: Final = st.integers(0, 2**63 - 1)
_FLOATS: Final = st.floats(allow_nan=False, allow_infinity=False)
_SCALARS: Final = st.none() | st.booleans() | st.integers() | st.integers(2**63, 2**200) | _FLOATS | st.text()
_JSON: Final = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)

_SPECIAL: Final = {JsonValue: _JSON, datetime: _MOMENTS, AwareDatetime: _MOMENTS}


def _records(record: type[_Record], **also: st.SearchStrategy[Any]) -> st.SearchStrategy[_Record]:
    """Draw every field there is, so that a new field is covered without a change here."""
    fields = {name: _values(field.annotation) for name, field in record.model_fields.items()}
    if record.model_config.get("extra") == "allow":
        fields["a member of a later version"] = _JSON
    return st.fixed_dictionaries({**fields, **also}).map(record.model_validate)


@cache
def _nested(record: type[BaseModel]) -> st.SearchStrategy[BaseModel]:
    """Draw a record that another holds; one may hold its own kind."""
    return st.deferred(lambda: _records(record))


def _values(annotation: Any) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _nested(annotation)
    if origin in (Union, UnionType):
        return st.one_of([_values(argument) for argument in arguments])
    if origin in (tuple, list):
        return st.lists(_values(arguments[0]), max_size=2)
    if origin in (dict, Mapping):
        return st.dictionaries(_values(arguments[0]), _values(arguments[1]), max_size=2)
    return _SPECIAL[annotation] if annotation in _SPECIAL else st.from_type(annotation)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_store(f"sqlite:///{tmp_path / 'intent.db'}") as opened:
        yield opened


class _Undo(Exception):
    """Ends a transaction without a trace."""


_ONCE: Final = settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=60)


@pytest.mark.anyio
@_ONCE
@given(project=_records(Project), resource=_records(Resource, version=st.just(1)))
async def test_projects_and_resources_come_back_as_they_went_in(
    store: SqlStore, project: Project, resource: Resource
) -> None:
    resource = resource.model_copy(update={"project_id": project.id})
    with suppress(_Undo):
        async with store.transaction() as tx:
            await tx.projects.add(project)
            await tx.resources.save(resource)
            assert await tx.projects.find(project.name) == project
            assert await tx.resources.find(project.id, resource.resource_id) == resource
            assert await tx.resources.list(project.id) == ([] if resource.gone else [resource])
            raise _Undo


@pytest.mark.anyio
@_ONCE
@given(operation=_records(Operation, fencing_token=_COUNTS))
async def test_operations_come_back_as_they_went_in(store: SqlStore, operation: Operation) -> None:
    with suppress(_Undo):
        async with store.transaction() as tx:
            await tx.operations.add(operation)
            assert await tx.operations.find(operation.id) == operation
            await tx.operations.save(operation, operation.fencing_token)
            assert await tx.operations.list(operation.project_id, operation.resource_id, 9) == [operation]
            raise _Undo


@pytest.mark.anyio
@_ONCE
@given(
    policy=_records(PolicyVersion, version=st.just(1)),
    decision=_records(Decision),
    event=_records(AuditEvent),
)
async def test_policies_decisions_and_audit_entries_come_back_as_they_went_in(
    store: SqlStore, policy: PolicyVersion, decision: Decision, event: AuditEvent
) -> None:
    with suppress(_Undo):
        async with store.transaction() as tx:
            await tx.policies.save(policy_of(policy, space=policy.name, labels=(policy.name,)))
            await tx.policy_versions.add(policy)
            await tx.decisions.add("id", "operation", decision, event.facts)
            entry = await tx.audit.append(event)
            found = await tx.policies.find(policy.name)
            assert found == policy_of(policy, space=policy.name, labels=(policy.name,))
            assert await tx.policy_versions.find(policy.id, 1) == policy
            assert await tx.decisions.find("id") == decision
            assert await tx.decisions.input("id") == event.facts
            assert await tx.audit.entries(event.project_id) == [entry]
            assert entry == seal(event, AuditHead())
            raise _Undo


@pytest.mark.anyio
@_ONCE
@given(project=_records(Project), policy=_records(Policy), waiver=_records(Waiver), sample=_records(Sample))
async def test_policies_as_objects_waivers_and_samples_come_back_as_they_went_in(
    store: SqlStore, project: Project, policy: Policy, waiver: Waiver, sample: Sample
) -> None:
    waiver = waiver.model_copy(update={"project_id": project.id, "policy_id": policy.id})
    with suppress(_Undo):
        async with store.transaction() as tx:
            await tx.projects.add(project)
            await tx.policies.save(policy)
            await tx.waivers.add(waiver)
            await tx.samples.add(sample)
            assert await tx.policies.list() == [policy]
            assert await tx.waivers.find(waiver.id) == waiver
            assert await tx.samples.find(sample.id) == sample
            raise _Undo


@given(_MOMENTS, _MOMENTS)
def test_moments_sort_as_text_and_keep_their_microseconds(one: datetime, other: datetime) -> None:
    assert (mapping.moment(one) < mapping.moment(other)) == (one < other)
    assert datetime.fromisoformat(mapping.moment(one)) == one


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(StoreFailed, match="a time without its zone cannot be kept"):
        mapping.operation_row(new.operation(created_at=new.MOMENT.replace(tzinfo=None)))


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), "\ud800"])
def test_a_value_that_json_cannot_say_is_refused_without_being_quoted(value: JsonValue) -> None:
    with pytest.raises(StoreFailed, match="a value cannot be kept") as refusal:
        mapping.encode(new.resource().model_copy(update={"config": {"secret": value}}))
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize("document", ["", "{", "[]", '{"id": "hunter2"}', '{"version": "hunter2"}'])
def test_a_document_that_was_changed_is_refused_without_being_quoted(document: str) -> None:
    with pytest.raises(StoreFailed, match="a stored Resource cannot be read") as refusal:
        mapping.decode(Resource, document)
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__suppress_context__
