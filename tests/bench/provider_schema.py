"""The cost of describing one type of a provider, beside reading its whole schema, in one run.

Prints ratios of medians; the ways take turns, so that a slow moment of the machine meets all of them. Warm
means that the schema was asked for before: "first" is a process that has described nothing yet, "again" one
that has just described the same type. The large provider is made up: 1,500 resource types and 750 data
sources, about 70 MB of JSON. Memory is what a process takes at most to keep that schema, beside what it takes
to read it as one document.

    python tests/bench/provider_schema.py [ROUNDS]
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import anyio

from engine.adapters.cache.machine import this_platform
from engine.adapters.cache.mirror import FilesystemMirror
from engine.adapters.integrations import CallerIntegrations
from engine.adapters.tofu.binding import DevOverrides
from engine.adapters.tofu.schema_file import write
from engine.adapters.tofu.schema_reading import SchemaReader
from engine.adapters.tofu.schema_text import Kind, parts
from engine.adapters.tofu.schemas import TofuSchemas
from engine.adapters.tofu.slots import Slots
from engine.adapters.tofu.toolchain import Toolchain
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.providers.schema import TypeSchema
from engine.testing.large_schema import large_schema
from server.bootstrap import locate_tofu
from server.settings import Settings

ROUNDS: Final = 15
GOAL_MS: Final = 20.0
_TYPE: Final = "aws_instance"
_AWS: Final = ProviderPin(address=ProviderAddress.parse("hashicorp/aws"), version=Version.parse("3.39.0"))
_LARGE: Final = "registry.example.com/made/up"
_LARGE_TYPE: Final = "large_type_0700"
_RESOURCES: Final = 1_500
# Reading the large document as a whole takes seconds.
_LARGE_ROUNDS: Final = 3

Way = Callable[[], Awaitable[object]]


async def medians(ways: dict[str, Way], rounds: int) -> dict[str, float]:
    """Return the median seconds of each way, after one round that fills the machine's caches."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            begun = time.perf_counter()
            await way()
            seconds[name].append(time.perf_counter() - begun)
    return {name: statistics.median(taken[1:]) for name, taken in seconds.items()}


async def of_aws(scratch: Path, rounds: int) -> dict[str, float]:
    """Return what describing a type of the real provider costs."""
    settings = Settings.load()
    mirror = FilesystemMirror(settings.providers_cache, this_platform())

    async def locate() -> Path:
        return await locate_tofu(settings)

    slots = Slots(scratch / "slots", 1)
    toolchain = Toolchain(locate, DevOverrides(mirror), {}, CallerIntegrations({}), slots)

    def fresh() -> TofuSchemas:
        return TofuSchemas(toolchain, mirror, scratch / "schemas")

    kept = fresh()
    await kept.resource(_AWS, _TYPE)
    index = await kept.index(_AWS)
    everything = {name: (await kept.resource(_AWS, name)).model_dump() for name in index.resources}
    whole = scratch / "aws.json"
    whole.write_text(json.dumps(everything), "utf-8")

    async def first() -> object:
        return await fresh().resource(_AWS, _TYPE)

    async def again() -> object:
        return await kept.resource(_AWS, _TYPE)

    async def load() -> object:
        return TypeSchema.decode(json.loads(whole.read_text("utf-8"))[_TYPE])

    await again()
    return await medians({"first": first, "again": again, "whole": load}, rounds)


async def of_the_large(scratch: Path) -> dict[str, float]:
    """Return what describing a type of the made-up provider costs."""
    document, path = scratch / "large.json", scratch / "large.schema"
    write(path, "large", parts(document.read_text("utf-8"), _LARGE))

    async def first() -> object:
        return await SchemaReader().part(path, "large", Kind.RESOURCE, _LARGE_TYPE)

    async def load() -> object:
        return TypeSchema.decode(_loaded(document)[_LARGE_TYPE])

    taken = await medians({"first": first, "whole": load}, _LARGE_ROUNDS)
    sizes = {"json": document.stat().st_size / 1e6, "kept": path.stat().st_size / 1e6}
    return {**taken, **sizes}


def memory(document: Path, way: str) -> float:
    """Return the megabytes that a process of its own takes at most, beyond what it starts with."""
    done = subprocess.run(
        [sys.executable, __file__, "memory", way, str(document)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def remember(way: str, document: Path) -> None:
    """Keep or load the large schema in this process, and print what that took."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if way == "kept":
        write(document.with_suffix(".again"), "large", parts(document.read_text("utf-8"), _LARGE))
    else:
        _loaded(document)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(f"{(after - before) / 1024:.1f}\n")


def _loaded(document: Path) -> Any:
    return json.loads(document.read_text("utf-8"))["provider_schemas"][_LARGE]["resource_schemas"]


async def main(rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="intent-bench-") as folder:
        scratch = Path(folder)
        with (scratch / "large.json").open("w", encoding="utf-8") as file:
            file.writelines(large_schema(_LARGE, _RESOURCES))
        # Now, while this process is small: a child begins with what its parent has taken.
        kept, loaded = (memory(scratch / "large.json", way) for way in ("kept", "loaded"))
        aws = await of_aws(scratch, rounds)
        large = await of_the_large(scratch)
    size = f"{large['json']:.0f} MB"
    milliseconds = {f"aws {way}": seconds for way, seconds in aws.items()}
    milliseconds |= {f"large {way}": large[way] for way in ("first", "whole")}
    lines = [
        f"describe {_TYPE}, first / the whole schema read: {aws['first'] / aws['whole']:.4f}",
        f"describe {_TYPE}, again / the whole schema read: {aws['again'] / aws['whole']:.4f}",
        f"describe a type of {size}, first / the whole read: {large['first'] / large['whole']:.4f}",
        f"memory to keep {size} / to read it whole: {kept / loaded:.4f}",
        f"describe {_TYPE}, first / goal of {GOAL_MS:.0f} ms: {aws['first'] * 1e3 / GOAL_MS:.2f}",
        f"milliseconds: {', '.join(f'{way} {seconds * 1e3:.2f}' for way, seconds in milliseconds.items())}",
        f"megabytes: {size} as JSON are {large['kept']:.1f} kept; memory {kept:.0f}, read whole {loaded:.0f}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        remember(sys.argv[2], Path(sys.argv[3]))
    else:
        anyio.run(main, int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
