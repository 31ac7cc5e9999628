"""Three blocks of the AWS provider as it describes them, for the tests of checking a configuration."""

import json
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from engine.core.providers.check import find_problems
from engine.core.providers.schema import Block, TypeSchema

GOLDEN = Path(__file__).parents[1] / "golden" / "schemas" / "aws-3.39.0.json"
AWS: Any = json.loads(GOLDEN.read_text("utf-8"))["provider_schemas"]["registry.opentofu.org/hashicorp/aws"]
UNKNOWN = "is not known to the schema of this type"


def schema(name: str) -> Block:
    """Return the block of a resource type."""
    return TypeSchema.decode(AWS["resource_schemas"][name]).block


def problems(block: Block, config: JsonValue) -> list[tuple[str, str]]:
    """Return path and message of each problem."""
    return [(p.path, p.message) for p in find_problems(block, config)]


BUCKET, GROUP, TABLE = schema("aws_s3_bucket"), schema("aws_security_group"), schema("aws_dynamodb_table")
