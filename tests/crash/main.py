"""Kills engines, OpenTofu and providers by chance, and ends with one line of counts.

    python -m tests.crash.main [--runs 300] [--seed WORD] [--only NUMBER]

The seed is printed; with `--seed` and `--only` a run is played again. Exits with 1 where anything was lost,
doubled or wrong.
"""

import argparse
import secrets
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

from server.demo.cloud import mock_cloud
from tests.crash.campaign import Campaign, counts, story
from tests.crash.choice import by_chance
from tests.crash.play import Result


def main() -> int:
    """Play the runs and return the exit code."""
    options = _options()
    sys.stderr.write(f"seed={options.seed}\n")
    numbers = [options.only] if options.only is not None else list(range(1, options.runs + 1))
    results = []
    with mock_cloud() as cloud, tempfile.TemporaryDirectory() as place:
        campaign = Campaign(cloud, Path(place))
        scripts = [partial(by_chance, options.seed, number, campaign.census) for number in numbers]
        with closing(campaign.play_all(scripts)) as played:
            for number, result in zip(numbers, played, strict=True):
                results.append(result)
                _tell(number, result, whole=options.only is not None)
    sys.stdout.write(f"{counts(results)}\n")
    return int(any(result.findings for result in results))


def _tell(number: int, result: Result, *, whole: bool) -> None:
    if result.findings or whole:
        sys.stderr.write(f"run {number}: {story(result)}\n")
    elif result.unknown:
        sys.stderr.write(f"run {number} ends honestly unknown: {result.script}\n")
    elif number % 10 == 0:
        sys.stderr.write(f"run {number}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="kill engines by chance; nothing may be lost")
    parser.add_argument("--runs", type=int, default=300, help="how many runs")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="the seed of an earlier call")
    parser.add_argument("--only", type=int, help="play only the run of this number")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
