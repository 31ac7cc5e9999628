package intent_test

import data.intent

test_a_replacement_is_held_with_what_forces_it if {
	every resource_type in ["aws_db_instance", "aws_s3_bucket", "aws_dynamodb_table", "aws_kms_key", "aws_fsx_lustre_file_system"] {
		plan := {"actions": ["delete", "create"], "replace_paths": ["engine", "tags.a"]}
		reason := concat(" ", [
			"orders: replacing it because of engine, tags.a destroys what it holds:",
			"see that there is a copy",
		])
		said(request("update", resource_type, plan, []), {}) == {"review": {reason}}
	}
}

test_a_replacement_by_a_taint_is_held if {
	reason := "orders: replacing it destroys what it holds and is needed by web, worker: see that there is a copy"
	every plan in [{"action": "replace"}, {"actions": ["create", "delete"], "replace_paths": []}] {
		said(request("update", "aws_db_instance", plan, ["web", "worker"]), {}) == {"review": {reason}}
	}
}

test_a_deletion_is_held if {
	reason := "orders: deleting it destroys what it holds: see that there is a copy"
	said(request("delete", "aws_db_instance", {"actions": ["delete"]}, []), {}) == {"review": {reason}}
}

test_an_update_in_place_passes if {
	every plan in [{"action": "update", "actions": ["update"], "replace_paths": []}, {}] {
		said(request("update", "aws_db_instance", plan, ["web"]), {}) == {}
	}
}

test_types_that_keep_nothing_pass if {
	plan := {"actions": ["delete", "create"], "replace_paths": ["name"]}
	said(request("update", "aws_security_group", plan, []), {}) == {}
	said(request("delete", "aws_iam_role", {"actions": ["delete"]}, []), {}) == {}
}

test_types_can_be_named_and_exempt if {
	plan := {"actions": ["delete", "create"], "replace_paths": ["name"]}
	count(said(request("update", "aws_iam_role", plan, []), {"types": ["aws_iam_*"]}).review) == 1
	said(request("update", "aws_s3_bucket", plan, []), {"exempt_types": ["aws_s3_*"]}) == {}
}

test_deletions_can_pass if {
	said(request("delete", "aws_s3_bucket", {"actions": ["delete"]}, []), {"deletes": false}) == {}
	plan := {"actions": ["delete", "create"], "replace_paths": ["bucket"]}
	count(said(request("update", "aws_s3_bucket", plan, []), {"deletes": false}).review) == 1
}

test_several_persons_or_certain_ones_can_be_asked_for if {
	asked := request("delete", "aws_db_instance", {"actions": ["delete"]}, [])
	reason := "orders: deleting it destroys what it holds: see that there is a copy"
	said(asked, {"approvals": 2}) == {"review": {{"msg": reason, "approvals": 2}}}
	owners := ["ada", "bob", "eve"]
	said(asked, {"approvers": owners}) == {"review": {{"msg": reason, "approvals": 1, "approvers": owners}}}
	both := {"approvals": 2, "approvers": owners}
	said(asked, both) == {"review": {{"msg": reason, "approvals": 2, "approvers": owners}}}
	said(asked, {"approvals": 1, "approvers": []}) == {"review": {reason}}
}

test_a_number_of_persons_that_nobody_means_is_denied if {
	asked := request("update", "aws_s3_bucket", {}, [])
	wanted := "review_stateful_replacement: parameter approvals must be a whole number from 1 to 10: correct it"
	every wrong in ["2", 0, 11, 1.5] {
		said(asked, {"approvals": wrong}) == {"deny": {wanted}}
	}
	names := "review_stateful_replacement: parameter approvers must be a list of strings: correct it"
	said(asked, {"approvers": "ada"}) == {"deny": {names}}
}

test_wrong_parameters_are_denied if {
	asked := request("update", "aws_s3_bucket", {}, [])
	reason := "review_stateful_replacement: there is no parameter type: correct its name"
	said(asked, {"type": []}) == {"deny": {reason}}
	every wrong in ["aws_s3_bucket", [1]] {
		wanted := "review_stateful_replacement: parameter types must be a list of strings: correct it"
		said(asked, {"types": wrong}) == {"deny": {wanted}}
	}
	boolean := "review_stateful_replacement: parameter deletes must be true or false: correct it"
	said(asked, {"deletes": "no"}) == {"deny": {boolean}}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

request(operation, resource_type, plan, dependents) := {
	"resource": {
		"resource_id": "orders",
		"resource_type": resource_type,
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": {"name": "orders"},
		"proposed_state": null,
	},
	"plan": plan,
	"dependents": dependents,
}
