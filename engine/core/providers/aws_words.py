"""What values of the AWS provider are like, and of which members it wants one, although no schema says so.

Measured with `tofu validate` on hashicorp/aws 3.39.0 for what is required there; of several words the one
that does least is here. Later versions accept them too, as far as their documentation tells. What is not here
gets a placeholder by its form alone.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pydantic import JsonValue

_IMAGES: Final = "arn:aws:imagebuilder:us-east-1:123456789012"
# By the whole name of an attribute of any type, as patterns.
AWS_NAMES: Final[Mapping[str, JsonValue]] = MappingProxyType(
    {
        r"(.*_)?account_id": "123456789012",
        r"(.*_)?region": "us-east-1",
        r"(.*_)?availability_zones?": "us-east-1a",
        r"(.*_)?vpc_id": "vpc-0123456789abcdef0",
        r"(.*_)?subnet_ids?": "subnet-0123456789abcdef0",
        r"(.*_)?security_group_ids?": "sg-0123456789abcdef0",
        r"(.*_)?network_interface_id": "eni-0123456789abcdef0",
        r"ami|image_id": "ami-0123456789abcdef0",
        r"instance_type": "t3.micro",
        r"((service|service_execution|execution|iam_fleet)_)?role": "arn:aws:iam::123456789012:role/example",
        r"address_family": "ipv4",
        r"(connections_)?bandwidth": "1Gbps",
        r"forward": "none",
        r"http_method": "GET",
        r"(allowed|cached)_methods": "GET",
        r"engine_type": "ACTIVEMQ",
        r"image_recipe_arn": f"{_IMAGES}:image-recipe/example/1.0.0",
        r"infrastructure_configuration_arn": f"{_IMAGES}:infrastructure-configuration/example",
        r"server_id": "s-0123456789abcdef0",
        r"key_algorithm": "RSA_2048",
        r"runtime": "python3.8",
        r"viewer_protocol_policy": "https-only",
        r"scope": "REGIONAL",
        r"signing_algorithm": "SHA256WITHRSA",
        r"time_unit": "DAILY",
        r"user_pool_id": "us-east-1_example",
    }
)
# By the type and the names down to a block: of members that exclude each other, or of which one must be
# there, those to give beside what is required.
AWS_CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "aws_appautoscaling_scheduled_action.scalable_target_action": ("min_capacity",),
        "aws_appmesh_gateway_route.spec": ("http_route",),
        "aws_cloudwatch_event_rule": ("schedule_expression",),
        "aws_cognito_user_pool_ui_customization": ("css",),
        "aws_config_conformance_pack": ("template_body",),
        "aws_db_proxy_target": ("db_instance_identifier",),
        "aws_ebs_volume": ("size",),
        "aws_ec2_client_vpn_authorization_rule": ("authorize_all_groups",),
        "aws_ec2_traffic_mirror_target": ("network_interface_id",),
        "aws_elasticache_replication_group": ("number_cache_clusters",),
        "aws_glue_crawler": ("s3_target",),
        "aws_imagebuilder_component": ("uri",),
        "aws_lakeformation_permissions": ("database",),
        "aws_outposts_site": ("name",),
        "aws_sfn_activity": ("name",),
        "aws_ssoadmin_permission_set": ("name",),
        "aws_route": ("destination_cidr_block", "gateway_id"),
        "aws_route_table_association": ("subnet_id",),
        "aws_sagemaker_feature_group": ("online_store_config",),
        "aws_security_group_rule": ("cidr_blocks",),
        "aws_servicecatalog_product.provisioning_artifact_parameters": ("template_url",),
        "aws_spot_fleet_request": ("launch_specification",),
        "aws_storagegateway_upload_buffer": ("disk_id",),
    }
)
