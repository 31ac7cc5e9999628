"""What is really in the mock cloud, seen and changed with boto3 and not through the engine."""

from functools import partial
from typing import Any

import anyio.to_thread
import boto3  # type: ignore[import-untyped]  # it ships no types

from server.demo.cloud import CREDENTIALS, MockCloud


class Eyes:
    """Looks at the cloud, and changes it behind the engine's back."""

    def __init__(self, cloud: MockCloud) -> None:
        self._cloud = cloud

    async def buckets(self) -> list[str]:
        """Return the names of all buckets."""
        return [b["Name"] for b in (await self._call("s3", "list_buckets"))["Buckets"]]

    async def tags(self, bucket: str) -> dict[str, str]:
        """Return a bucket's tags."""
        found = await self._call("s3", "get_bucket_tagging", Bucket=bucket)
        return {tag["Key"]: tag["Value"] for tag in found["TagSet"]}

    async def instances(self) -> list[str]:
        """Return the ids of all virtual machines."""
        found = await self._call("ec2", "describe_instances")
        return [i["InstanceId"] for r in found["Reservations"] for i in r["Instances"]]

    async def tables(self) -> list[str]:
        """Return the names of all tables."""
        return list((await self._call("dynamodb", "list_tables"))["TableNames"])

    async def parameters(self) -> list[str]:
        """Return the names of all parameters that are not AWS's own."""
        return [p["Name"] for p in (await self._call("ssm", "describe_parameters"))["Parameters"]]

    async def tag(self, bucket: str, owner: str) -> None:
        """Put one tag on a bucket in place of all others."""
        tagging = {"TagSet": [{"Key": "owner", "Value": owner}]}
        await self._call("s3", "put_bucket_tagging", Bucket=bucket, Tagging=tagging)

    async def put_parameter(self, name: str, value: str) -> None:
        """Make a parameter."""
        await self._call("ssm", "put_parameter", Name=name, Value=value, Type="String")

    async def _call(self, service: str, action: str, **arguments: Any) -> Any:  # noqa: ANN401 - boto3 is untyped
        return await anyio.to_thread.run_sync(partial(self._call_now, service, action, arguments))

    def _call_now(self, service: str, action: str, arguments: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
        client = boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=self._cloud.url,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )
        return getattr(client, action)(**arguments)
