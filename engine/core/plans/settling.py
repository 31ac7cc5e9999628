"""Whether a plan made with real values is the one made before they were known, and nothing else."""

from pydantic import JsonValue

from engine.core.plans.plan import Plan
from engine.core.values import equivalent, true_paths


def settles(held: Plan, now: Plan) -> bool:
    """Tell whether `now` differs from `held` only where `held` called a value unknown."""
    if (held.address, held.actions, held.replace_paths) != (now.address, now.actions, now.replace_paths):
        return False
    return held.before == now.before and _fits(held.after, held.unknown, now.after, now.unknown)


def _fits(held: JsonValue, holes: JsonValue, now: JsonValue, unknown: JsonValue) -> bool:
    """Tell whether a value is one that `held` leaves open; what was known stays known."""
    if holes is True:
        return True
    if unknown is True:
        return False
    if isinstance(held, dict | None) and isinstance(now, dict | None) and (held or now):
        # An unknown member is absent from its object.
        names = {*(held or {}), *(now or {}), *_names(holes), *_names(unknown)}
        return all(
            _fits((held or {}).get(n), _at(holes, n), (now or {}).get(n), _at(unknown, n)) for n in names
        )
    if isinstance(held, list) and isinstance(now, list) and (true_paths(holes) or true_paths(unknown)):
        return len(held) == len(now) and _fit_in_some_order(held, holes, now, unknown)
    return equivalent(held, now)


def _fit_in_some_order(
    held: list[JsonValue], holes: JsonValue, now: list[JsonValue], unknown: JsonValue
) -> bool:
    """Pair items off: OpenTofu's JSON sorts sets by their values, so one that becomes known may move."""
    left = list(range(len(now)))
    for place, item in enumerate(held):
        fitting = (n for n in left if _fits(item, _at(holes, place), now[n], _at(unknown, n)))
        found = next(fitting, None)
        if found is None:
            return False
        left.remove(found)
    return True


def _names(marks: JsonValue) -> frozenset[str]:
    return frozenset(marks) if isinstance(marks, dict) else frozenset()


def _at(marks: JsonValue, step: str | int) -> JsonValue:
    if isinstance(marks, dict) and isinstance(step, str):
        return marks.get(step, False)
    if isinstance(marks, list) and isinstance(step, int):
        return marks[step] if step < len(marks) else False
    return marks if marks is True else False
