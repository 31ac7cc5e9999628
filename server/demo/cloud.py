"""A mock cloud on loopback: a moto server in a child process, and the provider settings that reach it."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.core.errors import NotSetUp
from engine.core.values import JsonObject

_HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.05
_STOP_SECONDS: Final = 5.0
_SERVICES: Final = (
    "cloudwatch", "cloudwatchlogs", "dynamodb", "ec2", "ecr", "iam", "kinesis", "kms", "lambda", "rds",
    "route53", "s3", "secretsmanager", "sns", "sqs", "ssm", "stepfunctions", "sts",
)  # fmt: skip

# Any credentials do; the mock cloud does not check them.
CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class MockCloud(BaseModel):
    """A running moto server."""

    model_config = ConfigDict(frozen=True)

    url: str
    pid: int

    @property
    def provider_settings(self) -> JsonObject:
        """The settings of `hashicorp/aws` (2.x and 3.x) that send every call here."""
        endpoints: JsonObject = dict.fromkeys(_SERVICES, self.url)
        return {
            "region": "us-east-1",
            "skip_credentials_validation": True,
            "skip_metadata_api_check": True,
            "skip_get_ec2_platforms": True,
            "skip_region_validation": True,
            "s3_force_path_style": True,
            "max_retries": 2,
            "endpoints": [endpoints],
        }


def start_cloud(
    settings: Mapping[str, str] = MappingProxyType({}),
) -> tuple[MockCloud, subprocess.Popen[bytes]]:
    """Start moto on a free loopback port, in a session of its own, and wait until it answers.

    `settings` are moto's own, by the names of its environment variables.

    Raises:
        NotSetUp: moto is not installed, or does not answer within 30 seconds.
    """
    if importlib.util.find_spec("moto") is None:
        raise NotSetUp("moto is not installed", hint="pip install 'intent-engine[demo]'")
    port = _free_port()
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and a number
        [sys.executable, "-m", "moto.server", "-H", _HOST, "-p", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={"PATH": os.defpath, **settings},
    )
    _await_answer(process, port)
    return MockCloud(url=f"http://{_HOST}:{port}", pid=process.pid), process


@contextmanager
def mock_cloud(settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[MockCloud]:
    """Start a mock cloud and end it with the context; see `start_cloud`."""
    cloud, process = start_cloud(settings)
    try:
        yield cloud
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _await_answer(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((_HOST, port)) == 0:
                return
        time.sleep(_POLL_SECONDS)
    process.kill()
    process.wait()
    raise NotSetUp(f"moto does not answer on port {port}", hint="look whether `python -m moto.server` starts")
