"""The dependency graph of a project's resources: order, dependents, cycles."""

from collections.abc import Iterable, Mapping

from engine.core.errors import InvalidInput


def dependents(edges: Mapping[str, Iterable[str]], node: str) -> tuple[str, ...]:
    """Return who depends on `node` directly, sorted; `edges` maps each resource to what it depends on."""
    return tuple(sorted(name for name, needs in edges.items() if node in set(needs)))


def creation_order(edges: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return all resources so that each comes after what it depends on; alphabetical where free to choose.

    Dependencies on resources outside `edges` are taken as met. Deletion order is the reverse.

    Raises:
        InvalidInput: the dependencies form a cycle; the message spells it.
    """
    waiting = {name: {n for n in needs if n in edges} for name, needs in edges.items()}
    order: list[str] = []
    while waiting:
        ready = sorted(name for name, needs in waiting.items() if not needs)
        if not ready:
            raise InvalidInput(
                f"the dependencies form a cycle: {' → '.join(_cycle(waiting))}",
                field="depends_on",
                hint="remove one of these references",
            )
        order += ready
        waiting = {name: needs - set(ready) for name, needs in waiting.items() if needs}
    return tuple(order)


def _cycle(waiting: Mapping[str, set[str]]) -> list[str]:
    trail = [min(waiting)]
    while (following := min(waiting[trail[-1]])) not in trail:
        trail.append(following)
    return [*trail[trail.index(following) :], following]
