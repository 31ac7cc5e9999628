"""What is generated for the types of the real AWS provider passes `tofu validate`, all in one run."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from engine.core.providers.check import find_problems
from engine.core.providers.minimal import minimal
from engine.core.providers.schema import TypeSchema

pytestmark = pytest.mark.integration

AWS: Final = "registry.opentofu.org/hashicorp/aws"
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
def test_the_minimal_configuration_of_nearly_every_type_of_aws_is_valid(
    tofu: Path, aws_package: Path, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    write(work, "main", {"provider": {"aws": {"region": "us-east-1"}}})
    schema = run(tofu, aws_package, work, "providers", "schema", "-json")["provider_schemas"][AWS]
    for kind, member in (("resource", "resource_schemas"), ("data", "data_source_schemas")):
        for name, document in schema[member].items():
            block = TypeSchema.decode(document).block
            config = minimal(block, name).config
            assert list(find_problems(block, config)) == []
            write(work, f"{kind} {name}", {kind: {name: {"it": config}}})
    found = run(tofu, aws_package, work, "validate", "-json")["diagnostics"]
    refused = {Path(d["range"]["filename"]).name.split(".")[0] for d in found if d["severity"] == "error"}
    assert refused == REFUSED
    well_known = {f"aws_{name}" for name in WELL_KNOWN.split()}
    assert schema["resource_schemas"].keys() > well_known
    assert len(well_known) >= 40


def write(work: Path, name: str, document: Any) -> None:
    (work / f"{name}.tf.json").write_text(json.dumps(document), "utf-8")


def run(tofu: Path, package: Path, work: Path, *arguments: str) -> Any:
    """Return what a command of OpenTofu prints as JSON, whatever its status."""
    path = work / "cli.tofurc"
    path.write_text(
        f'provider_installation {{ dev_overrides {{ "hashicorp/aws" = "{package}" }} }}\n', "utf-8"
    )
    environment = {"PATH": os.environ["PATH"], "TF_CLI_CONFIG_FILE": str(path), "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(
        [tofu, *arguments],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return json.loads(done.stdout)
