"""Whose turn is next where many wait for few places: in order within a group, and in rounds between groups.

Theory. A group is a project. Each group has one turn in a round, in the order in which its first one came; a
group that has had its turn waits for the next round. So a group with a thousand waiting takes no more than
its share while another waits, and each group has its turn before any other has had three: nobody waits for
ever where places become free at all. A group that was away keeps no claim to the rounds that it missed.

How many places there are, and waiting for one, is not here.
"""


class Turns:
    """Who waits, by number in the order of arrival."""

    def __init__(self) -> None:
        self._arrived = 0
        self._round = 0
        self._waiting: dict[int, str] = {}
        # The last round in which a group had its turn; those of earlier rounds are forgotten.
        self._served: dict[str, int] = {}

    def join(self, group: str) -> int:
        """Begin to wait, and return the number that one is known by."""
        self._arrived += 1
        self._waiting[self._arrived] = group
        return self._arrived

    def order(self) -> tuple[int, ...]:
        """Return who waits, the next one first."""
        rounds = self._rounds()
        return tuple(sorted(rounds, key=lambda number: (rounds[number], number)))

    def before(self, number: int) -> int:
        """Return how many come before one who waits."""
        return self.order().index(number)

    def begin(self, number: int) -> None:
        """Let one who waits have its turn."""
        self._round = max(self._round, self._rounds()[number])
        self._served[self._waiting.pop(number)] = self._round
        self._served = {group: last for group, last in self._served.items() if last == self._round}

    def leave(self, number: int) -> None:
        """Let one who waits wait no longer; one who does not wait is no error."""
        self._waiting.pop(number, None)

    def _rounds(self) -> dict[int, int]:
        """Return the round of each one who waits."""
        following = {group: last + 1 for group, last in self._served.items()}
        rounds = {}
        for number, group in self._waiting.items():
            rounds[number] = following.get(group, self._round)
            following[group] = rounds[number] + 1
        return rounds
