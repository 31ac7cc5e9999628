"""The program of the worker that runs tests: holds one world at a time. It decides nothing about a run.

Whatever a test does to it may end this process; the runner answers for that test and starts another. Requests
and their answers:

    {"do": "declare", "file": …, "source": …, "rego_v0": bool}
        {"package": […], "is_test": bool, "tests": [[path, line, skipped, shape], …]} or {"flaws": […]}
    {"do": "load", "sources": [[file, text, is_test], …], "documents": [[file, at, text], …],
     "rego_v0": bool, "coverage": bool}
        {"flaws": [[file, line, column, code, message, hint], …],
         "lines": [[file, [[line, counts for], …]], …]}
    {"do": "run", "package": […], "path": […], "shape": …}
        {"outcome": …, "message": …, "cases": [[path, held], …], "duration_ns": …, "output": …,
         "lines": [[file, [line, …]], …]}
    {"do": "explain", "package": […], "path": […], "keys": […] or null}
        {"message": …}
"""

from collections.abc import Iterator

from engine.adapters.rego.serving import serve
from engine.adapters.rego.suite.declared import Shape
from engine.adapters.rego.suite.documents import Document
from engine.adapters.rego.suite.sources import Failed, Source, declare
from engine.adapters.rego.suite.world import World
from engine.adapters.rego.wire import Message


def main() -> None:
    """Serve requests until the runner closes the pipe."""
    bench = _Bench()
    serve({"declare": bench.declare, "load": bench.load, "run": bench.run, "explain": bench.explain})


class _Bench:
    """The world that this worker holds, and the verbs that use it."""

    def __init__(self) -> None:
        self._world: World | None = None

    def declare(self, request: Message) -> Iterator[Message]:
        try:
            source = Source(request["file"], request["source"])
            declared, is_test = declare(source, rego_v0=request["rego_v0"])
        except Failed as failed:
            yield _flaws(failed)
            return
        yield {
            "package": declared.package,
            "is_test": is_test,
            "tests": [[test.path, test.line, test.skipped, test.shape] for test in declared.tests],
        }

    def load(self, request: Message) -> Iterator[Message]:
        self._world = None
        try:
            self._world = World(
                [Source(*source) for source in request["sources"]],
                [Document(file, tuple(at), text) for file, at, text in request["documents"]],
                rego_v0=request["rego_v0"],
                coverage=request["coverage"],
            )
        except Failed as failed:
            yield _flaws(failed)
            return
        yield {"flaws": [], "lines": self._world.lines()}

    def run(self, request: Message) -> Iterator[Message]:
        if self._world is None:
            raise ValueError("no world was loaded")
        package, path = tuple(request["package"]), tuple(request["path"])
        yield self._world.run(package, path, Shape(request["shape"]))

    def explain(self, request: Message) -> Iterator[Message]:
        if self._world is None:
            raise ValueError("no world was loaded")
        package, path = tuple(request["package"]), tuple(request["path"])
        yield {"message": self._world.questions.why(package, path, request["keys"])}


def _flaws(failed: Failed) -> Message:
    return {"flaws": [[failed.file, *flaw[:5]] for flaw in failed.flaws]}
