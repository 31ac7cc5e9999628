"""Many runs, as many at once as there are cores, before one cloud; and their counts in one line."""

import os
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from server.demo.cloud import MockCloud
from tests.crash.judge import Fault, Finding
from tests.crash.play import Result, play
from tests.crash.script import Act, Script


class Campaign:
    """Plays runs before one cloud, in folders below one place."""

    def __init__(self, cloud: MockCloud, place: Path) -> None:
        self._cloud = cloud
        self._place = place
        self._schemas = place / "schemas"
        self._schemas.mkdir(exist_ok=True)
        self._undisturbed: dict[tuple[Act, str], Result] = {}
        self._turns: dict[tuple[Act, str], threading.Lock] = {}
        self._turn = threading.Lock()

    def play(self, script: Script) -> Result:
        """Play one run."""
        folder = Path(tempfile.mkdtemp(dir=self._place))
        try:
            return play(script, self._cloud, self._schemas, folder)
        except Exception as broken:  # noqa: BLE001 - one run that breaks off must not end the others
            finding = Finding(Fault.WRONG, f"the run could not be played: {broken!r}")
            return Result(script, [finding], unknown=False, points=(), calls=(), trail=())
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def census(self, act: Act, subject: str) -> Result:
        """Return what a run comes to that nobody disturbs; it is played once."""
        with self._turn:
            turn = self._turns.setdefault((act, subject), threading.Lock())
        with turn:
            if (act, subject) not in self._undisturbed:
                self._undisturbed[act, subject] = self.play(Script(act, subject))
            return self._undisturbed[act, subject]

    def play_all(self, scripts: Iterable[Callable[[], Script]]) -> Generator[Result]:
        """Play runs, as many at once as there are cores; return what each comes to, in order."""
        threads = ThreadPoolExecutor(os.cpu_count())
        try:
            yield from threads.map(lambda script: self.play(script()), scripts)
        finally:
            # Whoever has heard enough waits for those that play, and for no others.
            threads.shutdown(cancel_futures=True)


def counts(results: Sequence[Result]) -> str:
    """Return the counts of runs in one line; a run counts once for each sort of fault."""
    found = Counter(fault for result in results for fault in {each.fault for each in result.findings})
    faults = " ".join(f"{fault}={found[fault]}" for fault in Fault)
    unknown = sum(result.unknown for result in results)
    return f"runs={len(results)} {faults} (honestly unknown={unknown})"


def story(result: Result) -> str:
    """Return what happened in a run, in lines."""
    faults = [f"  {each.fault}: {each.text}" for each in result.findings]
    return "\n".join([str(result.script), *faults, *(f"    {line}" for line in result.trail)])
