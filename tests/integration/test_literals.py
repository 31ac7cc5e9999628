"""Input becomes data, never code: through real OpenTofu and the real provider, to the cloud and back."""

from pathlib import Path

import pytest

from engine.core.operations.states import OperationState
from engine.core.values import JsonObject
from server.demo.cloud import MockCloud
from tests.room import open_room

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

_TEXTS = ('${file("/etc/hostname")}', "$${x}", "%{ if true }x%{ endif }", "a $ b % c", "%%{y} $$${z}", "${")


@pytest.mark.requirement("2.9.literal-strings", "2.8.template-text")
@pytest.mark.parametrize(("number", "text"), list(enumerate(_TEXTS)))
async def test_template_text_comes_back_from_the_cloud_as_it_was_given(
    number: int, text: str, moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    # The AWS provider loses map keys that begin with a percent sign, so each key begins with a letter.
    tags: JsonObject = {"value": text, f"k{text}": "key"}
    # The mock cloud remembers the tags of a deleted bucket, so each text has a bucket of its own.
    bucket = f"literal-{number}"
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        made = await room.create("it", "aws_s3_bucket", {"bucket": bucket, "tags": tags})
        assert made.operation.state is OperationState.FINISHED, made.error
        assert made.resource is not None
        assert made.resource.attributes is not None
        assert made.resource.attributes["tags"] == tags
        found = room.client("s3").get_bucket_tagging(Bucket=bucket)["TagSet"]
        assert {tag["Key"]: tag["Value"] for tag in found} == tags
        await room.delete("it")


@pytest.mark.requirement("2.9.literal-strings", "2.8.template-text")
async def test_a_map_key_that_the_provider_drops_is_reported(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    text = "%{ if true }x%{ endif }"
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        made = await room.create("it", "aws_s3_bucket", {"bucket": "dropped", "tags": {text: "v", "k": "v"}})
        assert made.resource is not None
        assert [(d.path, d.before, d.after) for d in made.resource.drift] == [(f"tags.{text}", "v", None)]
        await room.delete("it")


@pytest.mark.requirement("2.9.provisioner")
async def test_a_provisioner_runs_nothing(moto: MockCloud, real_home: Path, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    provisioner: JsonObject = {"local-exec": {"command": f"touch {witness}"}}
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        refused = await room.create(
            "it", "aws_s3_bucket", {"bucket": "provisioned", "provisioner": provisioner}
        )
        assert refused.operation.state is OperationState.FAILED
        assert refused.error is not None
        assert (refused.error.code, refused.error.field) == ("invalid_input", "config.provisioner")
        assert not witness.exists()
        buckets = room.client("s3").list_buckets()["Buckets"]
        assert "provisioned" not in [bucket["Name"] for bucket in buckets]
