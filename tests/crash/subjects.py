"""What the runs are about: types with different manners, and how to see their objects without the engine.

A parameter has a natural key, and creating it again fails. A queue and a topic are adopted by whoever creates
them again. A bucket's key is natural and the world's. A network has no key: creating it again makes a second
one. A group has none for the provider, although the cloud takes its name once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3  # type: ignore[import-untyped]  # it ships no types

from engine.core.values import JsonObject

# The objects of a type by the provider's id, each with the attributes that are compared.
Objects = Mapping[str, JsonObject]


@dataclass(frozen=True)
class Subject:
    """One type.

    Attributes:
        create, update, replace: configurations, by the name of the run; the latter two are merged into it.
        service: boto3's name of the service that has it.
        make: makes an object as `create` says, behind the engine's back, and returns its import id.
        look: returns all objects of the account but those that every account has.
    """

    resource_type: str
    create: Callable[[str], JsonObject]
    update: JsonObject
    replace: Callable[[str], JsonObject]
    service: str
    make: Callable[[Any, str], str]
    look: Callable[[Any], Objects]


def client(subject: Subject, url: str) -> Any:
    """Return a client of the subject's service at a URL."""
    session = boto3.session.Session(
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106 - the mock cloud takes any
    )
    return session.client(subject.service, endpoint_url=url)


def _parameters(ssm: Any) -> Objects:
    names = [found["Name"] for found in ssm.describe_parameters()["Parameters"]]
    return {name: {"value": ssm.get_parameter(Name=name)["Parameter"]["Value"]} for name in names}


def _make_parameter(ssm: Any, name: str) -> str:
    ssm.put_parameter(Name=name, Type="String", Value="v1")
    return name


def _queues(sqs: Any) -> Objects:
    found: dict[str, JsonObject] = {}
    for url in sqs.list_queues().get("QueueUrls", []):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        found[url] = {"delay_seconds": int(attributes["DelaySeconds"])}
    return found


def _topics(sns: Any) -> Objects:
    found: dict[str, JsonObject] = {}
    for topic in sns.list_topics()["Topics"]:
        attributes = sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
        found[topic["TopicArn"]] = {"display_name": attributes.get("DisplayName", "")}
    return found


def _buckets(s3: Any) -> Objects:
    found: dict[str, JsonObject] = {}
    for bucket in s3.list_buckets()["Buckets"]:
        try:
            tags = _tags(s3.get_bucket_tagging(Bucket=bucket["Name"])["TagSet"])
        except s3.exceptions.ClientError:
            tags = {}
        found[bucket["Name"]] = {"tags": tags}
    return found


def _make_bucket(s3: Any, name: str) -> str:
    s3.create_bucket(Bucket=name)
    return name


def _networks(ec2: Any) -> Objects:
    return {
        found["VpcId"]: {"cidr_block": found["CidrBlock"], "tags": _tags(found.get("Tags", []))}
        for found in ec2.describe_vpcs()["Vpcs"]
        if not found["IsDefault"]
    }


def _groups(ec2: Any) -> Objects:
    return {
        found["GroupId"]: {"description": found["Description"], "tags": _tags(found.get("Tags", []))}
        for found in ec2.describe_security_groups()["SecurityGroups"]
        if found["GroupName"] != "default"
    }


def _tags(listed: list[dict[str, str]]) -> JsonObject:
    return {tag["Key"]: tag["Value"] for tag in listed}


def _every(*subjects: Subject) -> Mapping[str, Subject]:
    return {subject.resource_type.removeprefix("aws_"): subject for subject in subjects}


SUBJECTS: Final = _every(
    Subject(
        resource_type="aws_ssm_parameter",
        create=lambda name: {"name": name, "type": "String", "value": "v1"},
        update={"value": "v2"},
        replace=lambda name: {"name": f"{name}-other"},
        service="ssm",
        make=_make_parameter,
        look=_parameters,
    ),
    Subject(
        resource_type="aws_sqs_queue",
        create=lambda name: {"name": name},
        update={"delay_seconds": 5},
        replace=lambda name: {"name": f"{name}-other"},
        service="sqs",
        make=lambda sqs, name: str(sqs.create_queue(QueueName=name)["QueueUrl"]),
        look=_queues,
    ),
    Subject(
        resource_type="aws_sns_topic",
        create=lambda name: {"name": name},
        update={"display_name": "changed"},
        replace=lambda name: {"name": f"{name}-other"},
        service="sns",
        make=lambda sns, name: str(sns.create_topic(Name=name)["TopicArn"]),
        look=_topics,
    ),
    Subject(
        resource_type="aws_s3_bucket",
        create=lambda name: {"bucket": name},
        update={"tags": {"a": "2"}},
        replace=lambda name: {"bucket": f"{name}-other"},
        service="s3",
        make=_make_bucket,
        look=_buckets,
    ),
    Subject(
        resource_type="aws_vpc",
        create=lambda _name: {"cidr_block": "10.7.0.0/16", "tags": {"a": "1"}},
        update={"tags": {"a": "2"}},
        replace=lambda _name: {"cidr_block": "10.8.0.0/16"},
        service="ec2",
        make=lambda ec2, _name: str(ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]),
        look=_networks,
    ),
    Subject(
        resource_type="aws_security_group",
        create=lambda name: {"name": name, "description": "first"},
        update={"tags": {"a": "2"}},
        replace=lambda _name: {"description": "second"},
        service="ec2",
        make=lambda ec2, name: str(ec2.create_security_group(GroupName=name, Description="first")["GroupId"]),
        look=_groups,
    ),
)
