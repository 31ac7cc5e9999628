package intent_test

import data.intent

allowed := {"allow": {"logs: allowed where no other policy stands against it"}}

test_every_operation_on_every_type_is_allowed if {
	every operation in ["create", "update", "delete", "import", "refresh"] {
		said(request(operation, "aws_s3_bucket"), {}) == allowed
	}
	said(request("create", "null_resource"), {}) == allowed
}

test_operations_can_be_left_to_a_person if {
	parameters := {"operations": ["create", "update"]}
	said(request("update", "aws_s3_bucket"), parameters) == allowed
	said(request("delete", "aws_s3_bucket"), parameters) == {}
}

test_types_can_be_left_to_a_person if {
	parameters := {"resource_types": ["aws_s3_*", "aws_sqs_queue"]}
	said(request("create", "aws_s3_bucket"), parameters) == allowed
	said(request("create", "aws_instance"), parameters) == {}
}

test_wrong_parameters_are_denied if {
	reason := "allow_the_rest: there is no parameter types: correct its name"
	said(request("create", "aws_s3_bucket"), {"types": []}).deny == {reason}
	every wrong in ["create", [1]] {
		wanted := "allow_the_rest: parameter operations must be a list of strings: correct it"
		said(request("create", "aws_s3_bucket"), {"operations": wrong}) == {"deny": {wanted}}
	}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

request(operation, resource_type) := {"resource": {
	"resource_id": "logs",
	"resource_type": resource_type,
	"provider": "hashicorp/aws",
	"provider_version": "3.39.0",
	"operation": operation,
	"current_state": null,
	"proposed_state": {},
}}
