"""The stdio server on a real database and a fake cloud whose changes take long: `python … FOLDER SECONDS`."""

import logging
import sys

import anyio

from engine.adapters.store.unit_of_work import open_store
from engine.ports.runner import Job
from engine.testing.engines import make_services
from server.mcp.serve import serve_stdio
from server.scheduler import every


async def main(folder: str, seconds: float) -> None:
    """Serve until stdin closes; each effect takes `seconds` and writes to where JSON-RPC should be alone."""

    async def slow(_job: Job) -> None:
        print("a stray line")  # noqa: T201 - what must not reach the client
        sys.stdout.flush()
        await anyio.sleep(seconds)

    async with open_store(f"sqlite+aiosqlite:///{folder}/intent.db") as store:
        engine = make_services(store=store)
        engine.runner.hooks["apply"] = slow
        await serve_stdio(engine.services, person="ada", default_project="default", wait=every(0.2))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    anyio.run(main, sys.argv[1], float(sys.argv[2]))
