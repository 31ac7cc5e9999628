"""Commands of OpenTofu in one workspace: each run bounded, its events read, its failures named."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import anyio.to_thread

from engine.adapters.tofu.commands import TofuCommands
from engine.adapters.tofu.events import EventLog
from engine.adapters.tofu.fence import Lock
from engine.adapters.tofu.process import Completed, run_child
from engine.adapters.tofu.slots import Slots
from engine.core.diagnostics import errors_text, sanitise
from engine.core.errors import NotFound, ProviderFailed, RunnerFailed
from engine.core.providers.environment import concealed, secret_texts
from engine.ports.runner import Listener, Progress, Stop

# OpenTofu's summary where an import names nothing; another wording would read as a refusal of the provider.
_NO_SUCH_OBJECT: Final = "Cannot import non-existent remote object"


class Session:
    """One OpenTofu binary in one folder with one environment.

    `slots` bounds how many children run at once: OpenTofu and its providers are bound by the processor. What
    runs in no turn of a project's waits in a group of its own.
    """

    def __init__(
        self,
        tofu: Path,
        folder: Path,
        environment: Mapping[str, str],
        slots: Slots,
        progress: Progress,
    ) -> None:
        self.commands = TofuCommands(tofu)
        self._folder = folder
        self._environment = environment
        self._secrets = secret_texts(environment)
        self._slots = slots
        self._progress = progress

    async def run(  # noqa: PLR0913 - each is given by name and bounds or hears the one child
        self,
        arguments: list[str],
        timeout: float,  # noqa: ASYNC109 - passed on to the child's bound
        *,
        listener: Listener | None = None,
        kept_as: str | None = None,
        lock: Lock | None = None,
        stop: Stop | None = None,
    ) -> tuple[Completed, EventLog]:
        """Run one command; its event lines are read as they come, and stay in the folder as `kept_as`.

        Its processes inherit `lock`.
        """
        log = EventLog()

        async def on_line(line: str) -> None:
            # INVARIANT: no word of a child leaves here with a secret of its environment.
            said = log.read(concealed(line, self._secrets))
            if said is None:
                return
            if said.effect is not None and listener is not None:
                await listener(said.effect)
            await self._progress(sanitise(said.sentence))

        async with self._slots.taken("", self._progress):
            completed = await run_child(
                arguments,
                folder=self._folder,
                environment=self._environment,
                timeout=timeout,
                on_line=on_line,
                kept_as=kept_as,
                lock=lock,
                stop=stop,
            )
        return self._concealed(completed), log

    async def require(
        self,
        arguments: list[str],
        timeout: float,  # noqa: ASYNC109 - as above
        what: str,
        lock: Lock | None = None,
    ) -> Completed:
        """Run one command that must succeed.

        Raises:
            ProviderFailed: it ended with errors that it reported.
            RunnerFailed: it ran out of time or died.
        """
        completed, log = await self.run(arguments, timeout, lock=lock)
        if completed.status == 0 and not completed.timed_out:
            return completed
        raise failure(completed, log, what, timeout)

    async def json(self, arguments: list[str], timeout: float, what: str) -> Any:  # noqa: ANN401, ASYNC109 - decoded by the caller
        """Run one command that prints a JSON document.

        Raises:
            ProviderFailed, RunnerFailed: as `require`; RunnerFailed also where it printed something else.
        """
        completed = await self.require(arguments, timeout, what)
        try:
            return await anyio.to_thread.run_sync(json.loads, completed.stdout)
        except ValueError as error:
            raise RunnerFailed(
                f"{what}: OpenTofu printed no JSON", hint="check it with `intent doctor`"
            ) from error

    def _concealed(self, completed: Completed) -> Completed:
        """Return what a child left, less the secrets of its environment; a document that it prints stays."""
        said = {"stderr": completed.stderr} | ({"stdout": completed.stdout} if completed.status else {})
        return completed.model_copy(update={k: concealed(text, self._secrets) for k, text in said.items()})


def failure(completed: Completed, log: EventLog, what: str, timeout: float) -> ProviderFailed | RunnerFailed:
    """Return the error that describes a command that did not succeed."""
    if completed.timed_out:
        return RunnerFailed(
            f"{what}: no end after {timeout:.0f} seconds", hint="try again, or look at the cloud"
        )
    words = errors_text(log.errors) or sanitise(completed.stderr.strip() or completed.stdout.strip())
    if completed.status < 0:
        return RunnerFailed(
            f"{what}: OpenTofu was ended by signal {-completed.status}",
            hint="it may have run out of memory",
            untrusted=words or None,
        )
    if not words:
        return RunnerFailed(f"{what}: OpenTofu ended with status {completed.status} and said nothing")
    return ProviderFailed(
        f"{what}: OpenTofu or the provider refused; its words are in untrusted_detail",
        hint="mend what the provider names, or its settings with `intent project update --provider-config`",
        untrusted=words,
    )


def missing_object(error: ProviderFailed, resource_type: str) -> NotFound | None:
    """Return the error of an import that names no object, None where it failed otherwise."""
    if error.untrusted is None or _NO_SUCH_OBJECT not in error.untrusted:
        return None
    return NotFound(
        f"the cloud has no {resource_type} with this id",
        field="import_id",
        hint="check the id, and region and endpoints in the project's provider settings",
        untrusted=error.untrusted,
    )
