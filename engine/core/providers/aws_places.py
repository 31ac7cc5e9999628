"""Words that the AWS provider accepts in single places, where a name alone does not tell them.

Measured with `tofu validate` on hashicorp/aws 3.39.0 for what is required there; of several words the one
that does least is here. What is not here gets a placeholder by its name.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pydantic import JsonValue

_ROLE: Final = "arn:aws:iam::123456789012:role/example"


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:us-east-1:123456789012:{resource}"


# By the type, and by the names down to the attribute.
AWS_PLACES: Final[Mapping[str, Mapping[str, JsonValue]]] = MappingProxyType(
    {
        "aws_acmpca_certificate": {"validity.type": "DAYS", "validity.value": "30"},
        "aws_alb_listener": {"default_action.type": "forward"},
        "aws_alb_listener_rule": {"action.type": "forward"},
        "aws_api_gateway_integration": {"type": "MOCK"},
        "aws_api_gateway_integration_response": {"status_code": "200"},
        "aws_api_gateway_method": {"authorization": "NONE"},
        "aws_api_gateway_method_response": {"status_code": "200"},
        "aws_apigatewayv2_api": {"protocol_type": "HTTP"},
        "aws_apigatewayv2_authorizer": {"authorizer_type": "JWT"},
        "aws_apigatewayv2_domain_name": {
            "domain_name_configuration.endpoint_type": "REGIONAL",
            "domain_name_configuration.security_policy": "TLS_1_2",
        },
        "aws_apigatewayv2_integration": {"integration_type": "MOCK"},
        "aws_apigatewayv2_model": {"schema": "{}"},
        "aws_appautoscaling_scheduled_action": {"scalable_target_action.min_capacity": "1"},
        "aws_appmesh_gateway_route": {"spec.http_route.match.prefix": "/"},
        "aws_appmesh_virtual_gateway": {"spec.listener.port_mapping.protocol": "http"},
        "aws_appsync_datasource": {"type": "NONE"},
        "aws_appsync_graphql_api": {"authentication_type": "AWS_IAM"},
        "aws_autoscalingplans_scaling_plan": {
            "scaling_instruction.scalable_dimension": "ecs:service:DesiredCount",
            "scaling_instruction.service_namespace": "ecs",
        },
        "aws_backup_vault_notifications": {"backup_vault_events": "BACKUP_JOB_FAILED"},
        "aws_batch_compute_environment": {"type": "UNMANAGED"},
        "aws_batch_job_definition": {"type": "container"},
        "aws_batch_job_queue": {"state": "ENABLED"},
        "aws_budgets_budget": {"budget_type": "COST"},
        "aws_cloudformation_type": {
            "schema_handler_package": "s3://example-bucket/example.zip",
            "type_name": "Example::Example::Example",
        },
        "aws_cloudfront_distribution": {"restrictions.geo_restriction.restriction_type": "none"},
        "aws_cloudfront_origin_request_policy": {
            "cookies_config.cookie_behavior": "none",
            "query_strings_config.query_string_behavior": "none",
        },
        "aws_cloudfront_realtime_log_config": {"endpoint.stream_type": "Kinesis"},
        "aws_cloudhsm_v2_cluster": {"hsm_type": "hsm1.medium"},
        "aws_cloudwatch_dashboard": {"dashboard_body": "{}"},
        "aws_cloudwatch_event_permission": {"principal": "123456789012"},
        "aws_cloudwatch_metric_alarm": {"comparison_operator": "GreaterThanThreshold"},
        "aws_codeartifact_repository_endpoint": {"format": "npm"},
        "aws_codebuild_project": {
            "artifacts.type": "NO_ARTIFACTS",
            "environment.compute_type": "BUILD_GENERAL1_SMALL",
            "environment.type": "LINUX_CONTAINER",
            "source.type": "NO_SOURCE",
        },
        "aws_codebuild_report_group": {"export_config.type": "NO_EXPORT", "type": "TEST"},
        "aws_codebuild_source_credential": {"auth_type": "PERSONAL_ACCESS_TOKEN", "server_type": "GITHUB"},
        "aws_codepipeline": {
            "artifact_store.type": "S3",
            "stage.action.category": "Source",
            "stage.action.owner": "AWS",
        },
        "aws_codepipeline_webhook": {"authentication": "IP"},
        "aws_codestarconnections_connection": {"provider_type": "GitHub"},
        "aws_codestarconnections_host": {"provider_type": "GitHubEnterpriseServer"},
        "aws_codestarnotifications_notification_rule": {
            "detail_type": "BASIC",
            "resource": _arn("codecommit", "example"),
        },
        "aws_cognito_identity_provider": {"provider_type": "OIDC"},
        "aws_config_config_rule": {"source.owner": "AWS"},
        "aws_config_organization_custom_rule": {"trigger_types": "ScheduledNotification"},
        "aws_config_remediation_configuration": {"target_type": "SSM_DOCUMENT"},
        "aws_cur_report_definition": {
            "additional_schema_elements": "RESOURCES",
            "compression": "GZIP",
            "format": "textORcsv",
        },
        "aws_customer_gateway": {"bgp_asn": "65000", "ip_address": "192.0.2.1", "type": "ipsec.1"},
        "aws_db_proxy": {"engine_family": "MYSQL"},
        "aws_dms_endpoint": {"endpoint_type": "source", "engine_name": "mysql"},
        "aws_dms_replication_task": {"migration_type": "full-load", "table_mappings": '{"rules": []}'},
        "aws_dx_gateway": {"amazon_side_asn": "65000"},
        "aws_dynamodb_table": {"attribute.type": "S"},
        "aws_dynamodb_table_item": {"item": '{"example": {"S": "example"}}'},
        "aws_ec2_availability_zone_group": {"opt_in_status": "opted-in"},
        "aws_ec2_capacity_reservation": {"instance_platform": "Linux/UNIX"},
        "aws_ec2_client_vpn_endpoint": {"authentication_options.type": "certificate-authentication"},
        "aws_ec2_fleet": {"target_capacity_specification.default_target_capacity_type": "spot"},
        "aws_ec2_managed_prefix_list": {"address_family": "IPv4"},
        "aws_ec2_traffic_mirror_filter_rule": {"rule_action": "reject", "traffic_direction": "ingress"},
        "aws_ecs_task_definition": {"container_definitions": '[{"name": "example", "image": "example"}]'},
        "aws_elasticsearch_domain": {"domain_name": "example"},
        "aws_elb": {"listener.instance_protocol": "HTTP", "listener.lb_protocol": "HTTP"},
        "aws_emr_managed_scaling_policy": {"compute_limits.unit_type": "Instances"},
        "aws_emr_security_configuration": {"configuration": "{}"},
        "aws_flow_log": {"traffic_type": "ALL"},
        "aws_fsx_lustre_file_system": {"storage_capacity": 1200},
        "aws_fsx_windows_file_system": {"storage_capacity": 32, "throughput_capacity": 8},
        "aws_gamelift_alias": {"routing_strategy.type": "TERMINAL"},
        "aws_gamelift_build": {"operating_system": "AMAZON_LINUX"},
        "aws_globalaccelerator_listener": {"protocol": "TCP"},
        "aws_glue_connection": {
            "connection_properties": {
                "JDBC_CONNECTION_URL": "jdbc:mysql://example.com/example",
                "USERNAME": "example",
                "PASSWORD": "change-this-password",
            }
        },
        "aws_glue_data_catalog_encryption_settings": {
            "data_catalog_encryption_settings.encryption_at_rest.catalog_encryption_mode": "DISABLED"
        },
        "aws_glue_ml_transform": {"parameters.transform_type": "FIND_MATCHES"},
        "aws_glue_schema": {"compatibility": "NONE", "data_format": "AVRO"},
        "aws_glue_trigger": {"type": "ON_DEMAND"},
        "aws_glue_user_defined_function": {"owner_type": "USER"},
        "aws_guardduty_filter": {"action": "NOOP"},
        "aws_guardduty_ipset": {"format": "TXT"},
        "aws_guardduty_threatintelset": {"format": "TXT"},
        "aws_iam_group_policy_attachment": {"group": "example"},
        "aws_iam_openid_connect_provider": {"thumbprint_list": "0123456789abcdef0123456789abcdef01234567"},
        "aws_iam_role_policy": {"role": "example"},
        "aws_iam_role_policy_attachment": {"role": "example"},
        "aws_iam_service_linked_role": {"aws_service_name": "elasticbeanstalk.amazonaws.com"},
        "aws_iam_user_ssh_key": {"encoding": "SSH"},
        "aws_imagebuilder_component": {"platform": "Linux"},
        "aws_kinesis_firehose_delivery_stream": {"destination": "extended_s3"},
        "aws_kinesisanalyticsv2_application": {"runtime_environment": "FLINK-1_11"},
        "aws_kms_grant": {"grantee_principal": _ROLE, "operations": "DescribeKey"},
        "aws_lakeformation_permissions": {"permissions": "DESCRIBE", "principal": _ROLE},
        "aws_kms_alias": {"name": "alias/example"},
        "aws_lambda_invocation": {"input": "{}"},
        "aws_lambda_permission": {"action": "lambda:InvokeFunction", "principal": "s3.amazonaws.com"},
        "aws_lb_listener": {"default_action.type": "forward"},
        "aws_lb_listener_rule": {"action.type": "forward"},
        "aws_lex_bot": {
            "abort_statement.message.content_type": "PlainText",
            "intent.intent_version": "$LATEST",
        },
        "aws_lex_bot_alias": {"bot_version": "$LATEST"},
        "aws_lex_intent": {"fulfillment_activity.type": "ReturnIntent"},
        "aws_licensemanager_license_configuration": {"license_counting_type": "Instance"},
        "aws_lightsail_instance_public_ports": {"port_info.protocol": "tcp"},
        "aws_macie2_classification_job": {"job_type": "ONE_TIME"},
        "aws_mwaa_environment": {
            "network_configuration.subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
        },
        "aws_networkfirewall_logging_configuration": {
            "logging_configuration.log_destination_config.log_destination_type": "S3",
            "logging_configuration.log_destination_config.log_type": "ALERT",
        },
        "aws_networkfirewall_rule_group": {"type": "STATEFUL"},
        "aws_opsworks_application": {"type": "other"},
        "aws_organizations_organizational_unit": {"parent_id": "r-example"},
        "aws_organizations_policy": {"content": "{}"},
        "aws_pinpoint_email_channel": {"identity": _arn("ses", "identity/example.com")},
        "aws_placement_group": {"strategy": "spread"},
        "aws_quicksight_user": {"identity_type": "IAM", "user_role": "READER"},
        "aws_ram_resource_share": {"resource_owner": "SELF"},
        "aws_sagemaker_prebuilt_ecr_image": {"repository_name": "kmeans"},
        "aws_ram_principal_association": {"principal": "123456789012"},
        "aws_rds_cluster_endpoint": {"custom_endpoint_type": "READER"},
        "aws_route53_health_check": {"type": "TCP"},
        "aws_route53_record": {"name": "www.example.com", "type": "A"},
        "aws_route53_resolver_endpoint": {
            "direction": "INBOUND",
            "security_group_ids": ["sg-0123456789abcdef0", "sg-0123456789abcdef1"],
        },
        "aws_route53_resolver_firewall_rule": {"action": "ALERT"},
        "aws_route53_resolver_rule": {"rule_type": "SYSTEM"},
        "aws_route53_zone": {"name": "example.com"},
        "aws_s3_bucket_inventory": {
            "destination.bucket.format": "CSV",
            "included_object_versions": "Current",
            "schedule.frequency": "Weekly",
        },
        "aws_s3_bucket_ownership_controls": {"rule.object_ownership": "BucketOwnerPreferred"},
        "aws_s3control_bucket_lifecycle_configuration": {
            "bucket": _arn("s3-outposts", "outpost/op-0123456789abcdef0/bucket/example")
        },
        "aws_s3control_bucket_policy": {
            "bucket": _arn("s3-outposts", "outpost/op-0123456789abcdef0/bucket/example")
        },
        "aws_sagemaker_app": {"app_type": "JupyterServer"},
        "aws_sagemaker_domain": {"auth_mode": "IAM", "domain_name": "example"},
        "aws_sagemaker_endpoint_configuration": {"production_variants.instance_type": "ml.t2.medium"},
        "aws_sagemaker_notebook_instance": {"instance_type": "ml.t2.medium"},
        "aws_security_group_rule": {"type": "ingress"},
        "aws_serverlessapplicationrepository_application": {
            "application_id": _arn("serverlessrepo", "applications/example"),
        },
        "aws_serverlessapplicationrepository_cloudformation_stack": {
            "application_id": _arn("serverlessrepo", "applications/example"),
            "capabilities": "CAPABILITY_AUTO_EXPAND",
        },
        "aws_servicecatalog_product": {"type": "CLOUD_FORMATION_TEMPLATE"},
        "aws_ses_event_destination": {"matching_types": "reject"},
        "aws_ses_identity_notification_topic": {"notification_type": "Bounce"},
        "aws_ses_receipt_filter": {"policy": "Block"},
        "aws_signer_signing_profile": {"platform_id": "AWSLambda-SHA384-ECDSA"},
        "aws_signer_signing_profile_permission": {"action": "signer:GetSigningProfile"},
        "aws_sns_topic_subscription": {"endpoint": _arn("sqs", "example"), "protocol": "sqs"},
        "aws_ssm_document": {
            "content": '{"schemaVersion": "2.2", "mainSteps": []}',
            "document_type": "Command",
        },
        "aws_ssm_maintenance_window_target": {"resource_type": "INSTANCE"},
        "aws_ssm_maintenance_window_task": {
            "max_concurrency": "1",
            "max_errors": "1",
            "task_type": "RUN_COMMAND",
        },
        "aws_ssm_parameter": {"type": "String"},
        "aws_ssoadmin_account_assignment": {
            "principal_id": "01234567-89ab-cdef-0123-456789abcdef",
            "principal_type": "USER",
            "target_id": "123456789012",
        },
        "aws_storagegateway_gateway": {"gateway_timezone": "GMT"},
        "aws_storagegateway_nfs_file_share": {"client_list": "10.0.0.0/16"},
        "aws_storagegateway_tape_pool": {"storage_class": "GLACIER"},
        "aws_waf_rate_based_rule": {"rate_key": "IP", "rate_limit": 100},
        "aws_wafregional_rate_based_rule": {"rate_key": "IP", "rate_limit": 100},
        "aws_wafregional_web_acl": {"default_action.type": "ALLOW"},
        "aws_wafv2_ip_set": {"ip_address_version": "IPV4"},
        "aws_wafv2_web_acl_logging_configuration": {
            "log_destination_configs": _arn("firehose", "deliverystream/aws-waf-logs-example")
        },
        "aws_xray_encryption_config": {"type": "NONE"},
    }
)
