"""For each type a configuration that guardrails deny and one that they say nothing of. Nothing here plans."""

import json
from typing import Final

from pydantic import BaseModel

from engine.core.values import JsonObject


class Guarded(BaseModel):
    """What guardrails say of two configurations of one type.

    Attributes:
        bad: denied, with the reasons `denied`, by guardrail.
        good: neither denied nor reviewed nor warned of by any of them.
    """

    resource_type: str
    bad: JsonObject
    denied: dict[str, tuple[str, ...]]
    good: JsonObject


def _policy(principal: str) -> JsonObject:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*"}
    return {"bucket": "guarded", "policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}


def _incoming(port: int, protocol: str) -> JsonObject:
    return {"from_port": port, "to_port": port, "protocol": protocol, "cidr_blocks": ["0.0.0.0/0"]}


_AES: Final[JsonObject] = {"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}
_TOKENS: Final[JsonObject] = {"metadata_options": [{"http_tokens": "required"}]}
_DATABASE: Final[JsonObject] = {
    "identifier": "orders",
    "engine": "mysql",
    "instance_class": "db.t3.micro",
    "allocated_storage": 10,
    "username": "u",
    "password": "not-a-secret",
}
_CLUSTER: Final[JsonObject] = {
    "cluster_identifier": "orders",
    "engine": "aurora-mysql",
    "master_username": "u",
    "master_password": "not-a-secret",
}

EVERYONE: Final = (
    "it: statement 0 of the policy lets everyone in; "
    "name principals, or add a condition such as aws:SourceVpce"
)
TOO_LARGE: Final = (
    "it: instance type m5.24xlarge is not allowed; take nano, micro, small, medium, large of t2, t3, t3a, t4g"
)
PUBLIC: Final = (
    "it: network_interfaces.0.associate_public_ip_address gives it a public address; set it to false"
)
UNENCRYPTED: Final = "it: its storage is not encrypted; set storage_encrypted = true"
UNPROTECTED: Final = "it: anyone may delete it; set deletion_protection = true"
UNGUARDED: Final = (
    'it: metadata can be read without a token; add metadata_options with http_tokens = "required"'
)

GUARDED: Final = [
    Guarded(
        resource_type="aws_s3_bucket",
        bad={"bucket": "guarded", "acl": "public-read"},
        denied={
            "s3_encryption": (
                "it: it has no default encryption; name one in apply_server_side_encryption_by_default",
            ),
            "s3_no_public_acl": ('it: ACL "public-read" opens it to the public; take "private"',),
            "s3_versioning": ("it: versioning is off; enable it",),
        },
        good={
            "bucket": "guarded",
            "server_side_encryption_configuration": [{"rule": [_AES]}],
            "versioning": [{"enabled": True}],
        },
    ),
    Guarded(
        resource_type="aws_s3_bucket_policy",
        bad=_policy("*"),
        denied={
            "s3_no_public_policy": (EVERYONE,),
        },
        good=_policy("arn:aws:iam::111122223333:root"),
    ),
    Guarded(
        resource_type="aws_rds_cluster",
        bad=_CLUSTER,
        denied={"rds_encryption": (UNENCRYPTED,), "rds_deletion_protection": (UNPROTECTED,)},
        good={**_CLUSTER, "storage_encrypted": True, "deletion_protection": True},
    ),
    Guarded(
        resource_type="aws_db_instance",
        bad={**_DATABASE, "publicly_accessible": True},
        denied={
            "rds_deletion_protection": (UNPROTECTED,),
            "rds_encryption": (UNENCRYPTED,),
            "rds_no_public_access": ("it: it gets a public address; set publicly_accessible = false",),
        },
        good={**_DATABASE, "storage_encrypted": True, "deletion_protection": True},
    ),
    Guarded(
        resource_type="aws_instance",
        bad={
            "ami": "ami-12345678",
            "instance_type": "m5.24xlarge",
            "root_block_device": [{"volume_size": 10}],
        },
        denied={
            "ebs_encryption": ("it: root_block_device.0.encrypted is not true; encrypt the volume",),
            "ec2_imdsv2": (UNGUARDED,),
            "ec2_instance_size": (TOO_LARGE,),
            "ec2_no_public_ip": (
                "it: its subnet decides about a public address; set associate_public_ip_address = false",
            ),
        },
        good={
            "ami": "ami-12345678",
            "instance_type": "t3.micro",
            "root_block_device": [{"encrypted": True}],
            "associate_public_ip_address": False,
            **_TOKENS,
        },
    ),
    Guarded(
        resource_type="aws_launch_template",
        bad={
            "name": "web",
            "block_device_mappings": [{"device_name": "/dev/sda1", "ebs": [{"volume_size": 10}]}],
            "network_interfaces": [{"associate_public_ip_address": "1"}],
        },
        denied={
            "ebs_encryption": (
                "it: block_device_mappings.0.ebs.0.encrypted is not true; encrypt the volume",
            ),
            "ec2_imdsv2": (UNGUARDED,),
            "ec2_no_public_ip": (PUBLIC,),
        },
        good={
            "name": "web",
            "block_device_mappings": [{"device_name": "/dev/sda1", "ebs": [{"encrypted": "true"}]}],
            "network_interfaces": [{"associate_public_ip_address": "false"}],
            **_TOKENS,
        },
    ),
    Guarded(
        resource_type="aws_security_group",
        bad={"name": "web", "vpc_id": "vpc-1", "ingress": [_incoming(443, "tcp"), _incoming(22, "6")]},
        denied={"ec2_no_open_ports": ("it: tcp 22 is open to 0.0.0.0/0; name the addresses that need it",)},
        good={"name": "web", "vpc_id": "vpc-1", "ingress": [_incoming(443, "tcp")]},
    ),
    Guarded(
        resource_type="aws_kms_key",
        bad={},
        denied={"kms_rotation": ("it: it is never rotated; set enable_key_rotation = true",)},
        good={"enable_key_rotation": True},
    ),
]
