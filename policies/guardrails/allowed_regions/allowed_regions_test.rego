package intent_test

import data.intent

allowed := "use one of eu-central-1, eu-north-1, eu-west-1, us-east-1, us-east-2, us-west-2"

outside := sprintf("logs: ap-south-1 is not an allowed region: %s", [allowed])

unknown_region := "logs: its region is not known: set region in the project's settings of the provider"

test_the_region_of_the_provider_decides_where_the_resource_has_none if {
	every operation in ["create", "update"] {
		said(request(operation, "aws_sqs_queue", {"name": "q"}, {"region": "ap-south-1"}), {}) == {"deny": {outside}}
		said(request(operation, "aws_sqs_queue", {"name": "q"}, {"region": "eu-west-1"}), {}) == {}
	}
}

test_the_resources_own_region_goes_before_the_providers if {
	every state in [
		{"region": "ap-south-1"},
		{"availability_zone": "ap-south-1b"},
		{"availability_zones": ["eu-west-1a", "ap-south-1b"]},
		{"arn": "arn:aws:sqs:ap-south-1:123456789012:q", "region": null},
	] {
		said(request("update", "aws_thing", state, {"region": "eu-west-1"}), {}) == {"deny": {outside}}
	}
	every state in [
		{"region": "eu-west-1", "availability_zone": null},
		{"availability_zone": "us-west-2-lax-1a"},
		{"arn": "arn:aws:sqs:us-east-2:123456789012:q"},
	] {
		said(request("update", "aws_thing", state, {"region": "ap-south-1"}), {}) == {}
	}
}

test_an_arn_without_a_region_says_nothing if {
	state := {"arn": "arn:aws:s3:::logs", "region": ""}
	said(request("update", "aws_s3_bucket", state, {"region": "ap-south-1"}), {}) == {"deny": {outside}}
}

test_without_any_region_a_person_looks if {
	every settings in [{}, {"region": ""}, {"region": null}, {"profile": "x"}] {
		said(request("create", "aws_sqs_queue", {"name": "q", "arn": null}, settings), {}) == {"review": {unknown_region}}
	}
	bare := object.remove(request("create", "aws_sqs_queue", {"availability_zone": "?"}, {}), ["provider_config"])
	said(bare, {}) == {"review": {unknown_region}}
}

test_a_replica_is_judged_too if {
	every block in [{"region_name": "ap-south-1"}, {"region": "ap-south-1", "kms_key_id": null}] {
		asked := request("create", "aws_dynamodb_table", {"replica": [block]}, {"region": "eu-west-1"})
		said(asked, {}) == {"deny": {outside}}
	}
	asked := request("create", "aws_dynamodb_table", {"replica": []}, {"region": "eu-west-1"})
	said(asked, {}) == {}
}

test_a_replica_that_is_not_known_yet_is_reviewed if {
	every path in ["replica.0", "replica.0.region", "replica.1.region_name"] {
		asked := request("create", "aws_dynamodb_table", {}, {"region": "eu-west-1"})
		said(object.union(asked, {"plan": {"unknown": ["arn", path]}}), {}) == {"review": {sprintf(
			"logs: %s is known only after apply: look where it will be",
			[path],
		)}}
	}
}

test_a_global_type_passes if {
	every resource_type in ["aws_iam_role", "aws_route53_zone", "aws_cloudfront_distribution"] {
		state := {"arn": "arn:aws:iam::123456789012:role/r"}
		said(request("create", resource_type, state, {"region": "ap-south-1"}), {}) == {}
		said(request("create", resource_type, {}, {}), {}) == {}
	}
}

test_another_cloud_passes if {
	said(request("create", "null_resource", {}, {}), {}) == {}
	said(request("create", "google_storage_bucket", {"region": "ap-south-1"}, {}), {}) == {}
}

test_a_regional_type_of_a_global_service_is_judged if {
	asked := request("create", "aws_route53_resolver_endpoint", {}, {"region": "ap-south-1"})
	said(asked, {}) == {"deny": {outside}}
}

test_what_import_and_refresh_find_is_a_warning if {
	every operation in ["import", "refresh"] {
		asked := request(operation, "aws_s3_bucket", {"region": "ap-south-1"}, {"region": "eu-west-1"})
		said(asked, {}) == {"warn": {outside}}
	}
}

test_what_is_gone_passes if {
	said(request("refresh", "aws_s3_bucket", null, {"region": "eu-west-1"}), {}) == {}
	said(request("refresh", "aws_s3_bucket", null, {}), {}) == {}
}

test_other_regions_and_global_types_can_be_named if {
	asked := request("create", "aws_sqs_queue", {}, {"region": "eu-west-1"})
	reason := "logs: eu-west-1 is not an allowed region: use one of ca-central-1"
	said(asked, {"regions": ["ca-central-1"]}) == {"deny": {reason}}
	said(asked, {"regions": ["eu-west-1"]}) == {}
	said(asked, {"regions": [], "global_types": ["aws_sqs_*"]}) == {}
}

test_wrong_parameters_are_denied if {
	asked := request("create", "aws_sqs_queue", {}, {"region": "eu-west-1"})
	said(asked, {"region": "x"}) == {"deny": {"allowed_regions: there is no parameter region: correct its name"}}
	every wrong in ["aws_iam_*", [null]] {
		reason := "allowed_regions: parameter global_types must be a list of strings: correct it"
		said(asked, {"global_types": wrong}) == {"deny": {reason}}
	}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

request(operation, resource_type, state, settings) := {
	"resource": {
		"resource_id": "logs",
		"resource_type": resource_type,
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "availability_zone", "id", "region"]},
	"provider_config": settings,
}
