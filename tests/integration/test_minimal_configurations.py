"""What is generated for the types of the real AWS provider passes `tofu validate`, all in one run."""

from typing import Final

import pytest

from engine.core.providers.check import find_problems
from engine.core.providers.minimal import minimal
from engine.core.providers.schema import TypeSchema
from engine.core.values import JsonObject
from tests.integration.validated import Validation

pytestmark = pytest.mark.integration

# What most projects begin with. Each of them passes, and so does every other type but those below.
WELL_KNOWN: Final = """
alb api_gateway_rest_api apigatewayv2_api autoscaling_group cloudfront_distribution cloudwatch_event_rule
cloudwatch_log_group cloudwatch_metric_alarm codebuild_project codepipeline cognito_user_pool db_instance
db_subnet_group dynamodb_table ebs_volume ecr_repository ecs_cluster ecs_service ecs_task_definition
efs_file_system eip eks_cluster elasticache_cluster elasticsearch_domain elb iam_group
iam_instance_profile iam_policy iam_role iam_role_policy iam_user instance internet_gateway
kinesis_stream kms_alias kms_key lambda_function lambda_permission launch_configuration launch_template
lb lb_listener lb_target_group nat_gateway network_acl network_interface rds_cluster redshift_cluster
route route53_record route53_zone route_table route_table_association s3_bucket s3_bucket_object
s3_bucket_policy secretsmanager_secret security_group security_group_rule sfn_state_machine sns_topic
sns_topic_subscription sqs_queue ssm_parameter subnet vpc vpc_endpoint wafv2_web_acl
"""
# Whose values no placeholder can stand for: a document of at least a thousand characters.
REFUSED: Final = frozenset({"resource aws_iam_saml_provider"})


@pytest.mark.requirement("5.6.forty-types")
def test_the_minimal_configuration_of_nearly_every_type_of_aws_is_valid(validation: Validation) -> None:
    schema = validation.schema()
    given: dict[str, tuple[str, str, JsonObject]] = {}
    for section, member in (("resource", "resource_schemas"), ("data", "data_source_schemas")):
        for name, document in schema[member].items():
            block = TypeSchema.decode(document).block
            config = minimal(block, name).config
            assert list(find_problems(block, config)) == []
            given[f"{section} {name}"] = (section, name, config)
    assert validation.refusals(given).keys() == REFUSED
    well_known = {f"aws_{name}" for name in WELL_KNOWN.split()}
    assert schema["resource_schemas"].keys() > well_known
    assert len(well_known) >= 40
