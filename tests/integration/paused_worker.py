"""The command line with a worker that is paused between the commit of APPLYING and the start of OpenTofu."""

import os
import signal
from typing import Any, Final

from engine.adapters.tofu.effect import Effect
from server.cli.main import main

_APPLY: Final = Effect.apply


async def _paused(effect: Effect, *given: Any) -> Any:
    os.kill(os.getpid(), signal.SIGSTOP)
    return await _APPLY(effect, *given)


if __name__ == "__main__":
    Effect.apply = _paused  # type: ignore[assignment,method-assign]  # this is what it is for
    main()
