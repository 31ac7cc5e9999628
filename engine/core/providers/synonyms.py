"""What people call things, and what types of the large providers are called: words, not types.

A type is meant where every word of one way to say it is a word of the type's name. The first way is the most
usual one. Which provider is asked is not known here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_MACHINE: Final = (
    "instance",
    "compute instance",
    "virtual machine",
    "linux virtual machine",
    "droplet",
    "server",
)
_FIREWALL: Final = (
    "security group",
    "compute firewall",
    "network security group",
    "firewall",
    "network acl",
    "wafv2 web acl",
)
_DATABASE: Final = (
    "db instance",
    "rds cluster",
    "sql database instance",
    "dynamodb table",
    "mssql database",
    "postgresql flexible server",
    "redshift cluster",
    "database",
)
_BUCKET: Final = ("s3 bucket", "storage bucket", "storage account", "storage container", "spaces bucket")
_BALANCER: Final = ("lb", "alb", "elb", "compute forwarding rule", "application gateway", "loadbalancer")
_FUNCTION: Final = ("lambda function", "cloudfunctions function", "function app", "cloud run service")
_CERTIFICATE: Final = (
    "acm certificate",
    "key vault certificate",
    "ssl certificate",
    "iam server certificate",
)
_KUBERNETES: Final = ("eks cluster", "container cluster", "kubernetes cluster")
_CACHE: Final = ("elasticache cluster", "elasticache replication group", "redis instance", "redis cache")
_LOG: Final = ("cloudwatch log group", "logging project sink", "log analytics workspace")
_ALARM: Final = ("cloudwatch metric alarm", "monitoring alert policy", "monitor metric alert")
_SCHEDULE: Final = (
    "cloudwatch event rule",
    "scheduler schedule",
    "cloud scheduler job",
    "logic app workflow",
)
_DISK: Final = ("ebs volume", "compute disk", "managed disk", "volume")
_FILES: Final = ("efs file system", "filestore instance", "storage share", "fsx lustre file system")
_REGISTRY: Final = ("ecr repository", "artifact registry repository", "container registry")
_KEY: Final = ("kms key", "kms crypto key", "key vault key")
_PERMISSION: Final = ("iam policy", "iam role", "project iam member", "role assignment")

# By what people say, in lower case and singular.
SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "acm": _CERTIFICATE,
        "alarm": _ALARM,
        "alert": _ALARM,
        "api": ("apigatewayv2 api", "api gateway rest api", "api gateway api", "api management"),
        "autoscaling": ("autoscaling group", "compute autoscaler", "virtual machine scale set"),
        "balancer": _BALANCER,
        "blob": ("s3 bucket object", "storage blob", "storage bucket object", "storage container"),
        "bucket": _BUCKET,
        "cache": _CACHE,
        "cdn": ("cloudfront distribution", "cdn endpoint", "compute backend bucket"),
        "certificate": _CERTIFICATE,
        "container": ("ecs service", "ecs task definition", "container app", "cloud run service"),
        "cron": _SCHEDULE,
        "database": _DATABASE,
        "db": _DATABASE,
        "disk": _DISK,
        "dns": ("route53 record", "route53 zone", "dns record set", "dns managed zone", "dns zone", "record"),
        "domain": ("route53 zone", "dns managed zone", "dns zone", "domain"),
        "ebs": _DISK,
        "ec2": _MACHINE,
        "ecr": _REGISTRY,
        "ecs": ("ecs service", "ecs cluster", "ecs task definition"),
        "eks": _KUBERNETES,
        "email": ("ses domain identity", "ses email identity"),
        "encryption": _KEY,
        "file system": _FILES,
        "firewall": _FIREWALL,
        "function": _FUNCTION,
        "iam": ("iam role", "iam policy", "project iam member"),
        "image": ("ami", "compute image", "ecr repository", "image"),
        "ip": ("eip", "compute address", "public ip"),
        "k8s": _KUBERNETES,
        "kms": _KEY,
        "kubernetes": _KUBERNETES,
        "lambda": _FUNCTION,
        "load balancer": _BALANCER,
        "log": _LOG,
        "logging": _LOG,
        "machine": _MACHINE,
        "message": ("sqs queue", "sns topic", "pubsub topic", "servicebus queue"),
        "monitoring": _ALARM,
        "mysql": ("db instance", "rds cluster", "sql database instance", "mysql flexible server"),
        "nat": ("nat gateway", "compute router nat"),
        "network": ("vpc", "compute network", "virtual network"),
        "nfs": _FILES,
        "nosql": ("dynamodb table", "docdb cluster", "firestore database", "cosmosdb account"),
        "object storage": _BUCKET,
        "password": ("secretsmanager secret", "ssm parameter", "secret manager secret", "key vault secret"),
        "permission": _PERMISSION,
        "policy": _PERMISSION,
        "postgres": ("db instance", "rds cluster", "sql database instance", "postgresql flexible server"),
        "postgresql": ("db instance", "rds cluster", "sql database instance", "postgresql flexible server"),
        "pubsub": ("sns topic", "pubsub topic", "servicebus topic"),
        "queue": ("sqs queue", "pubsub subscription", "servicebus queue", "storage queue", "mq broker"),
        "rds": _DATABASE,
        "redis": _CACHE,
        "registry": _REGISTRY,
        "repository": (*_REGISTRY, "codecommit repository"),
        "route53": ("route53 record", "route53 zone"),
        "schedule": _SCHEDULE,
        "secret": ("secretsmanager secret", "secret manager secret", "key vault secret", "ssm parameter"),
        "server": _MACHINE,
        "serverless": _FUNCTION,
        "ssh key": ("key pair", "ssh public key", "ssh key"),
        "ssl": _CERTIFICATE,
        "storage": _BUCKET,
        "stream": ("kinesis stream", "pubsub topic", "eventhub"),
        "subnet": ("subnet", "compute subnetwork"),
        "tls": _CERTIFICATE,
        "topic": ("sns topic", "pubsub topic", "servicebus topic"),
        "user": ("iam user", "service account", "user"),
        "virtual machine": _MACHINE,
        "vm": _MACHINE,
        "volume": _DISK,
        "vpn": ("vpn connection", "vpn gateway", "compute vpn tunnel"),
        "warehouse": ("redshift cluster", "bigquery dataset", "synapse workspace"),
        "website": ("s3 bucket", "cloudfront distribution", "storage account", "static site"),
    }
)
