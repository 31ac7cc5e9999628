"""Types whose import id is a plain attribute of the configuration: an object is found by it without its id.

Each row is what the provider's documentation of the type says under "Import", where the id is the value of
one argument as it was given. Types whose id holds an account, a region or a part that the cloud chooses are
left out, and so is every type that is not known: nothing is looked for by a guess.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine.core.values import JsonObject

ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "aws_autoscaling_group": "name",
        "aws_cloudwatch_log_group": "name",
        "aws_cloudwatch_metric_alarm": "alarm_name",
        "aws_codebuild_project": "name",
        "aws_codecommit_repository": "repository_name",
        "aws_db_instance": "identifier",
        "aws_db_parameter_group": "name",
        "aws_db_subnet_group": "name",
        "aws_dynamodb_table": "name",
        "aws_ecr_repository": "name",
        "aws_ecs_cluster": "name",
        "aws_eks_cluster": "name",
        "aws_elasticache_cluster": "cluster_id",
        "aws_elasticsearch_domain": "domain_name",
        "aws_elb": "name",
        "aws_iam_group": "name",
        "aws_iam_instance_profile": "name",
        "aws_iam_role": "name",
        "aws_iam_user": "name",
        "aws_key_pair": "key_name",
        "aws_kinesis_stream": "name",
        "aws_kms_alias": "name",
        "aws_lambda_function": "function_name",
        "aws_launch_configuration": "name",
        "aws_rds_cluster": "cluster_identifier",
        "aws_redshift_cluster": "cluster_identifier",
        "aws_s3_bucket": "bucket",
        "aws_s3_bucket_policy": "bucket",
        "aws_s3_bucket_public_access_block": "bucket",
        "aws_ssm_parameter": "name",
    }
)


def natural_id(resource_type: str, config: JsonObject) -> str:
    """Return the import id that a configuration tells, its references resolved; empty where it tells none."""
    value = config.get(ATTRIBUTES.get(resource_type, ""))
    return value if isinstance(value, str) else ""
