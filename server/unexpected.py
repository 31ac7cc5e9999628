"""What may be told of an error that nobody foresaw: where it arose; its words may hold secrets."""

import traceback


def places(bug: BaseException) -> str:
    """Return the kind of an error and the lines that it came through, of a group each one's."""
    if isinstance(bug, BaseExceptionGroup):
        return "\n".join(places(each) for each in bug.exceptions)
    return f"{type(bug).__name__}\n{''.join(traceback.format_tb(bug.__traceback__))}"
