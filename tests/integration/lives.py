"""What each AWS type is made of, how it changes, and how somebody else changes it in the cloud."""

import json
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from engine.core.values import JsonObject

_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
_INGRESS: JsonObject = {
    "from_port": 80,
    "to_port": 80,
    "protocol": "tcp",
    "cidr_blocks": ["10.0.0.0/8"],
}


class Life(BaseModel):
    """One type's life: what it is made of, how it changes, who changes it behind the engine's back.

    `unreadable` are arguments that no cloud keeps: after an import, the provider's defaults fill them in.
    """

    resource_type: str
    create: JsonObject
    update: JsonObject
    drifted: str
    service: str
    drift: Callable[[Any, str], object]
    unreadable: tuple[str, ...] = ()


def tag_ec2(client: Any, object_id: str) -> object:
    """Tag an object of EC2 behind the engine's back."""
    return client.create_tags(Resources=[object_id], Tags=[{"Key": "drift", "Value": "1"}])


LIVES = [
    Life(
        resource_type="aws_s3_bucket",
        create={"bucket": "life-bucket", "tags": {"a": "1"}},
        update={"tags": {"a": "2"}, "versioning": [{"enabled": True}]},
        drifted="tags.drift",
        service="s3",
        drift=lambda c, i: c.put_bucket_tagging(
            Bucket=i, Tagging={"TagSet": [{"Key": "a", "Value": "2"}, {"Key": "drift", "Value": "1"}]}
        ),
        unreadable=("acl", "force_destroy"),
    ),
    Life(
        resource_type="aws_ssm_parameter",
        create={"name": "/life/parameter", "type": "String", "value": "v1"},
        update={"value": "v2"},
        drifted="value",
        service="ssm",
        drift=lambda c, i: c.put_parameter(Name=i, Value="v3", Type="String", Overwrite=True),
    ),
    Life(
        resource_type="aws_sqs_queue",
        create={"name": "life-queue"},
        update={"delay_seconds": 5},
        drifted="delay_seconds",
        service="sqs",
        drift=lambda c, i: c.set_queue_attributes(QueueUrl=i, Attributes={"DelaySeconds": "9"}),
    ),
    Life(
        resource_type="aws_iam_role",
        create={"name": "life-role", "assume_role_policy": _TRUST},
        update={"description": "x", "tags": {"a": "b"}},
        drifted="description",
        service="iam",
        drift=lambda c, i: c.update_role(RoleName=i, Description="y"),
    ),
    Life(
        resource_type="aws_dynamodb_table",
        create={
            "name": "life-table",
            "hash_key": "id",
            "billing_mode": "PAY_PER_REQUEST",
            "attribute": [{"name": "id", "type": "S"}],
        },
        update={"tags": {"a": "b"}},
        drifted="tags.drift",
        service="dynamodb",
        drift=lambda c, i: c.tag_resource(
            ResourceArn=c.describe_table(TableName=i)["Table"]["TableArn"],
            Tags=[{"Key": "drift", "Value": "1"}],
        ),
    ),
    Life(
        resource_type="aws_security_group",
        create={"name": "life-group", "description": "d"},
        update={"ingress": [_INGRESS]},
        drifted="tags.drift",
        service="ec2",
        drift=tag_ec2,
        unreadable=("revoke_rules_on_delete",),
    ),
    Life(
        resource_type="aws_sns_topic",
        create={"name": "life-topic"},
        update={"display_name": "dn"},
        drifted="display_name",
        service="sns",
        drift=lambda c, i: c.set_topic_attributes(
            TopicArn=i, AttributeName="DisplayName", AttributeValue="other"
        ),
    ),
    Life(
        resource_type="aws_kms_key",
        create={"description": "d", "is_enabled": False},
        update={"description": "d2", "tags": {"a": "b"}},
        drifted="description",
        service="kms",
        drift=lambda c, i: c.update_key_description(KeyId=i, Description="d3"),
    ),
    Life(
        resource_type="aws_vpc",
        create={"cidr_block": "10.7.0.0/16", "enable_dns_support": False},
        update={"tags": {"a": "b"}},
        drifted="tags.drift",
        service="ec2",
        drift=tag_ec2,
    ),
]
