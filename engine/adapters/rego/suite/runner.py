"""The test runner on regorus: reads the files, opens the workers, leaves the rest to one run."""

import os
from collections.abc import Sequence
from pathlib import Path

import anyio
from anyio import to_thread

from engine.adapters.rego.suite.bench import Bench, Terms
from engine.adapters.rego.suite.files import find, read, stamp_of
from engine.adapters.rego.suite.run import Run
from engine.core.policy.suite.results import SuiteReport
from engine.ports.suites import Heard, SuiteRequest


class RegorusSuites:
    """Runs suites with workers that live as long as one run."""

    async def stamp(self, paths: Sequence[Path]) -> str:
        """Return a text that changes with the files; see the port."""
        return await to_thread.run_sync(stamp_of, paths)

    async def run(self, request: SuiteRequest, heard: Heard) -> SuiteReport:
        """Return one result for each case; see the port."""
        files = await to_thread.run_sync(find, request.paths)
        texts = {found.file: await to_thread.run_sync(read, found) for found in files}
        terms = Terms(request.rego_v0, request.coverage, request.seconds)
        benches = [Bench(texts, terms) for _ in range(request.parallel or os.cpu_count() or 1)]
        try:
            return await Run(request, heard, benches).report(files)
        finally:
            with anyio.CancelScope(shield=True):
                for bench in benches:
                    await bench.aclose()
