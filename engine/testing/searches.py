"""What became of an interrupted apply in a cloud in memory: the places that tell, asked in their order."""

from engine.core.errors import NotFound
from engine.core.operations.interruption import Finding, Look, Source
from engine.core.state import InstanceState
from engine.ports.runner import Applied, Clues, Job, Recovered
from engine.testing.clouds import FakeCloud


def search(cloud: FakeCloud, job: Job, clues: Clues, left: InstanceState | None) -> Recovered:
    """Ask every place in its order until one tells; `left` is what the workspace holds.

    Raises:
        NotFound: there is no object of `clues.person_id`.
    """
    if clues.person_id:
        found = read(cloud, job, state_of(clues.person_id))
        if found is None:
            raise NotFound("the cloud has no such object", field="import_id")
        return told((), Source.PERSON, found, clues.person_id)
    looks: tuple[Look, ...] = ()
    unseen = False
    for source, state in _places(job, clues, left):
        if state is None:
            looks += (Look(source=source, finding=Finding.NOTHING),)
            continue
        found = read(cloud, job, state)
        old = job.state is not None and state.object_id == job.state.object_id
        # A new object that is not listed yet may be there; what there is of the old one tells nothing of it.
        if not clues.makes or (found is not None and not (old and unseen)):
            return told(looks, source, found, state.object_id)
        unseen = unseen or not old
        finding = Finding.GONE if found is None else Finding.FOUND
        looks += (Look(source=source, finding=finding, object_id=state.object_id),)
    if clues.makes and clues.natural_id:
        found = read(cloud, job, state_of(clues.natural_id))
        if found is not None:
            return told(looks, Source.NATURAL_ID, found, clues.natural_id)
        looks += (Look(source=Source.NATURAL_ID, finding=Finding.GONE, object_id=clues.natural_id),)
    return Recovered(applied=None, found_by=None, looks=looks)


def read(cloud: FakeCloud, job: Job, state: InstanceState) -> InstanceState | None:
    """Return the state of an object as the cloud has it now."""
    attributes = cloud.read(job.resource_type, state.object_id)
    return None if attributes is None else state.model_copy(update={"attributes": attributes})


def told(
    looks: tuple[Look, ...], source: Source, state: InstanceState | None, object_id: str | None
) -> Recovered:
    """Return what one place told after others did not."""
    finding = Finding.FOUND if state is not None or source is Source.NOT_BEGUN else Finding.GONE
    look = Look(source=source, finding=finding, object_id=object_id)
    return Recovered(applied=Applied(state=state), found_by=source, looks=(*looks, look))


def state_of(object_id: str) -> InstanceState:
    """Return the state of an object of which the id is all that is known."""
    return InstanceState(attributes={"id": object_id})


def _places(job: Job, clues: Clues, left: InstanceState | None) -> list[tuple[Source, InstanceState | None]]:
    places: list[tuple[Source, InstanceState | None]] = [(Source.STATE, left)]
    if clues.makes and clues.event_ids:
        places.append((Source.EVENT, state_of(clues.event_ids[0])))
    if job.state is not None:
        places.append((Source.REMEMBERED, job.state))
    return places
