"""The cost of evaluating policies in a worker process, beside the bare engine in this one, in one run.

Prints ratios of medians; the ways take turns, so that a slow moment of the machine meets all of them. Bare is
what a program without a sandbox would do: an engine for each policy, loaded once, the input given as JSON
text, each rule of the policy queried, its result read. The engine has a cheaper call, which cannot tell an
undefined rule from one with a certain text; the workers use it with care, so bare is shown with it as well.
The 1,000 policies are each about one of 200 types.

    python tests/bench/policy_evaluation.py [ROUNDS]
"""

import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import anyio
from pydantic import JsonValue
from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.adapters.rego.process import Worker
from engine.core.policy.policies import Policy, PolicySource, PolicyVersion, RegoVersion, policy_of
from engine.core.policy.selection import select

ROUNDS: Final = 200
GOAL: Final = 2.0
GOAL_COLD_SECONDS: Final = 0.15
STORED: Final = 1_000
TYPES: Final = 200
COLD_STARTS: Final = 9
# An evaluation of a thousand policies takes a thousand times as long as one of one.
STORED_SHARE: Final = 20

_RULES: Final = ("deny", "allow")
_FIVE: Final = Path(__file__).parent / "five"

Way = Callable[[], Awaitable[None]]


def source(name: str, text: str) -> PolicySource:
    """Return a policy of the new language."""
    return PolicySource(id=name, name=name, version=1, rego_version=RegoVersion.V1, source=text)


def five() -> Sequence[PolicySource]:
    """Return five policies as security teams write them."""
    return [source(path.stem, path.read_text(encoding="utf-8")) for path in sorted(_FIVE.glob("*.rego"))]


def stored() -> Sequence[PolicySource]:
    """Return many policies, each for one type of resource."""
    first = five()[0].source
    return [
        source(
            f"s{number}",
            f"# METADATA\n# custom:\n#   resource_types: [type_{number % TYPES}]\n{first}"
            f'deny contains "{number}" if input.resource.resource_id == "r{number}"\n',
        )
        for number in range(STORED)
    ]


def document() -> JsonValue:
    """Return an input of 5 kB: a planned bucket with its policy and its lifecycle rules."""
    statements = [
        {
            "Sid": f"Statement{number}",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::1234567890{number}:role/reader"},
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": [f"arn:aws:s3:::web-logs/{number}/*", "arn:aws:s3:::web-logs"],
        }
        for number in range(10, 21)
    ]
    lifecycle: list[JsonValue] = [
        {"enabled": True, "id": f"rule-{number}", "prefix": f"logs/{number}/", "expiration": {"days": 90}}
        for number in range(16)
    ]
    state: dict[str, JsonValue] = {
        "bucket": "web-logs",
        "acl": "private",
        "policy": json.dumps({"Version": "2012-10-17", "Statement": statements}),
        "lifecycle_rule": lifecycle,
        "tags": {"owner": "ops", "cost-centre": "42", "environment": "dev"},
        "tags_all": {"owner": "ops", "cost-centre": "42", "environment": "dev"},
    }
    return {
        "format_version": "1.0",
        "resource": {
            "resource_id": "logs",
            "resource_type": "aws_s3_bucket",
            "provider": "hashicorp/aws",
            "provider_version": "3.39.0",
            "operation": "create",
            "current_state": None,
            "proposed_state": state,
        },
        "plan": {
            "action": "create",
            "actions": ["create"],
            "changed": [*state],
            "unknown": ["arn", "id", "region"],
        },
        "project": {"name": "web", "space": "root", "labels": ["env:dev"], "resource_count": 12},
        "actor": {"subject": "ada", "kind": "user", "client": "cli", "roles": [], "scopes": []},
        "request": {"operation_id": "o", "timestamp_ns": 1, "dry_run": False, "reason": "first bucket"},
    }


def bare(policies: Sequence[PolicySource], given: JsonValue, read: Callable[[Engine, str], str]) -> Way:
    """Return the evaluation by engines in this process; `read` returns the value of a rule as JSON text."""
    engines = []
    for policy in policies:
        engine = Engine()
        engine.add_policy(policy.name, policy.source)
        engines.append(engine)

    async def evaluate() -> None:
        text = json.dumps(given)
        for engine in engines:
            engine.set_input_json(text)
            for rule in _RULES:
                json.loads(read(engine, f"data.intent.{rule}"))

    return evaluate


def in_workers(evaluator: RegorusEvaluator, policies: Sequence[PolicySource], given: JsonValue) -> Way:
    """Return the evaluation by an evaluator, every answer of which must be sound."""

    async def evaluate() -> None:
        answers = await evaluator.evaluate(policies, given)
        failures = [answer.failure for answer in answers if answer.failure]
        if failures or len(answers) != len(policies):
            raise SystemExit(f"{len(failures)} policies failed: {failures[:1]}")

    return evaluate


async def compare(ways: dict[str, Way], rounds: int) -> dict[str, float]:
    """Return the median seconds of each way; the first round, which loads, does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            begun = time.perf_counter()
            await way()
            if turn:
                seconds[name].append(time.perf_counter() - begun)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


async def cold_start() -> float:
    """Return the median seconds from asking for a worker until it serves."""
    seconds = []
    for _ in range(COLD_STARTS):
        begun = time.perf_counter()
        worker = await Worker.start()
        seconds.append(time.perf_counter() - begun)
        await worker.stop()
    return statistics.median(seconds)


async def described(evaluator: RegorusEvaluator, policies: Sequence[PolicySource]) -> Sequence[Policy]:
    """Return the policies as objects, with what a check of each has found in it."""
    made = {"created_at": datetime.fromtimestamp(0, UTC), "created_by": "ada"}
    return [
        policy_of(
            PolicyVersion(**policy.model_dump(), metadata=(await evaluator.check(policy)).metadata, **made)
        )
        for policy in policies
    ]


async def main(rounds: int) -> None:
    """Measure and print."""
    given = document()
    policies = five()
    many = stored()
    async with RegorusEvaluator(workers=2, seconds=5.0) as evaluator:
        few = await compare(
            {
                "bare": bare(policies, given, Engine.eval_query_as_json),
                "cheapest": bare(policies, given, Engine.eval_rule_as_json),
                "workers": in_workers(evaluator, policies, given),
            },
            rounds,
        )
        cold = await cold_start()
        objects, sources = await described(evaluator, many), {policy.id: policy for policy in many}

        async def choose() -> None:
            applying, _ = select(objects, "type_7", ["create"])
            await in_workers(evaluator, [sources[policy.id] for policy in applying], given)()

        ways = {"all": in_workers(evaluator, many, given), "chosen": choose}
        of_many = await compare(ways, max(1, rounds // STORED_SHARE))
    size = f"{len(json.dumps(given)) / 1000:.1f} kB"
    each = ", ".join(f"{name} {seconds * 1e3:.2f}" for name, seconds in few.items())
    chosen_of_all = of_many["all"] / of_many["chosen"]
    lines = [
        f"5 policies on {size}, workers / bare engine: {few['workers'] / few['bare']:.2f}",
        f"goal: ≤ {GOAL}",
        f"the same to the bare engine's cheaper call: {few['workers'] / few['cheapest']:.2f}",
        f"milliseconds: {each}",
        f"cold start of a worker / goal of {GOAL_COLD_SECONDS * 1e3:.0f} ms: {cold / GOAL_COLD_SECONDS:.2f}",
        f"{STORED} policies, all / those that are about the type: {chosen_of_all:.1f}",
        f"milliseconds: all {of_many['all'] * 1e3:.0f}, chosen {of_many['chosen'] * 1e3:.2f}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    anyio.run(main, int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
