"""What a process keeps in memory: the values used last, up to a number of bytes."""

from collections import OrderedDict
from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Kept(Generic[_Key, _Value]):
    """Values by key; those used longest ago go first. One that is larger than all may be is not kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._values: OrderedDict[_Key, tuple[_Value, int]] = OrderedDict()

    def get(self, key: _Key) -> _Value | None:
        """Return a value, and take note that it is used; None where it is not kept."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: _Key, value: _Value, size: int) -> None:
        """Keep a value of so many bytes."""
        _, before = self._values.pop(key, (None, 0))
        self._size -= before
        if size > self._limit:
            return
        self._values[key] = (value, size)
        self._size += size
        while self._size > self._limit:
            _, (_, gone) = self._values.popitem(last=False)
            self._size -= gone
