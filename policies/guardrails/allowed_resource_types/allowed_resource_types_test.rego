package intent_test

import data.intent

test_most_types_pass if {
	every resource_type in ["aws_s3_bucket", "aws_iam_user", "aws_iam_role", "null_resource"] {
		said(request("create", resource_type), {}) == {}
	}
}

test_types_that_make_lasting_credentials_are_denied if {
	every operation in ["create", "update"] {
		reason := "key: aws_iam_access_key is not allowed (aws_iam_access_key): use another type"
		said(request(operation, "aws_iam_access_key"), {}) == {"deny": {reason}}
	}
	reason := "key: aws_organizations_account is not allowed (aws_organizations_*): use another type"
	said(request("create", "aws_organizations_account"), {}) == {"deny": {reason}}
}

# What they make is of a type that the other guardrails judge, and does not come by them.
test_types_that_make_any_type_are_denied if {
	every resource_type, pattern in {
		"aws_cloudcontrolapi_resource": "aws_cloudcontrolapi_resource",
		"aws_cloudformation_stack": "aws_cloudformation_stack*",
		"aws_cloudformation_stack_set_instance": "aws_cloudformation_stack*",
		"aws_servicecatalog_provisioned_product": "aws_servicecatalog_provisioned_product",
		"awscc_s3_bucket": "awscc_*",
	} {
		reason := sprintf("key: %s is not allowed (%s): use another type", [resource_type, pattern])
		said(request("update", resource_type), {}) == {"deny": {reason}}
	}
}

test_what_import_and_refresh_find_is_a_warning if {
	every operation in ["import", "refresh"] {
		reason := "key: aws_iam_access_key is not allowed (aws_iam_access_key): use another type"
		said(request(operation, "aws_iam_access_key"), {}) == {"warn": {reason}}
	}
}

test_only_named_types_can_be_allowed if {
	parameters := {"allowed": ["aws_s3_*", "aws_sqs_queue"]}
	every resource_type in ["aws_s3_bucket", "aws_sqs_queue"] {
		said(request("create", resource_type), parameters) == {}
	}
	reason := "key: aws_sqs_queue_policy is not among the allowed types (aws_s3_*, aws_sqs_queue): use one of them"
	said(request("create", "aws_sqs_queue_policy"), parameters) == {"deny": {reason}}
}

test_what_is_not_allowed_wins_over_what_is if {
	parameters := {"allowed": ["aws_*"], "not_allowed": ["aws_s3_*"]}
	reason := "key: aws_s3_bucket is not allowed (aws_s3_*): use another type"
	said(request("create", "aws_s3_bucket"), parameters) == {"deny": {reason}}
	said(request("create", "aws_iam_access_key"), parameters) == {}
}

test_wrong_parameters_are_denied if {
	asked := request("create", "aws_s3_bucket")
	reason := "allowed_resource_types: there is no parameter denied: correct its name"
	said(asked, {"denied": []}) == {"deny": {reason}}
	every wrong in ["*", ["aws_*", null]] {
		wanted := "allowed_resource_types: parameter not_allowed must be a list of strings: correct it"
		said(asked, {"not_allowed": wrong}) == {"deny": {wanted}}
	}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

request(operation, resource_type) := {"resource": {
	"resource_id": "key",
	"resource_type": resource_type,
	"provider": "hashicorp/aws",
	"provider_version": "3.39.0",
	"operation": operation,
	"current_state": null,
	"proposed_state": {},
}}
