package intent_test

import data.intent

public := {"orders: it gets a public address; set publicly_accessible = false"}

unclear := {"orders: publicly_accessible is known only after apply; see that it is false"}

types := ["aws_db_instance", "aws_neptune_cluster_instance", "aws_rds_cluster_instance"]

test_a_public_database_is_denied if {
	every type in types {
		every operation in ["create", "update"] {
			verdict(request(operation, type, {"publicly_accessible": true})) == says({"deny": public})
		}
	}
}

test_a_private_database_passes if {
	every type in types {
		every state in [{"publicly_accessible": false}, {"publicly_accessible": null}, {}] {
			verdict(request("create", type, state)) == says({})
		}
	}
}

test_what_is_not_known_yet_is_reviewed if {
	every type in types {
		verdict(not_known(request("create", type, {}))) == says({"review": unclear})
	}
}

test_what_is_left_out_of_an_instance_of_a_cluster_is_private_in_newer_providers if {
	verdict(newer(not_known(request("create", "aws_rds_cluster_instance", {})))) == says({})
	verdict(newer(not_known(request("create", "aws_db_instance", {})))) == says({"review": unclear})
}

test_what_is_meant_to_be_public_passes if {
	parameters := {"public_identifiers": ["demo-*"]}
	asked := request("create", "aws_db_instance", {"identifier": "demo-1", "publicly_accessible": true})
	verdict_with(asked, parameters) == says({})
	verdict_with(not_known(asked), parameters) == says({})
	other := request("create", "aws_db_instance", {"identifier": "orders", "publicly_accessible": true})
	verdict_with(other, parameters) == says({"deny": public})
	nameless := request("create", "aws_db_instance", {"identifier": null, "publicly_accessible": true})
	verdict_with(nameless, {"public_identifiers": ["*"]}) == says({"deny": public})
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "rds_no_public_access: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["x", [1], {}, null] {
		told := "rds_no_public_access: parameter public_identifiers must be a list of strings: correct it"
		verdict_with(asked, {"public_identifiers": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		verdict(request(operation, "aws_db_instance", {"publicly_accessible": true})) == says({"warn": public})
		verdict(not_known(request(operation, "aws_db_instance", {}))) == says({})
	}
}

test_what_is_gone_deleted_or_of_another_type_passes if {
	verdict(request("refresh", "aws_db_instance", null)) == says({})
	verdict(request("delete", "aws_db_instance", null)) == says({})
	verdict(not_known(request("create", "aws_mq_broker", {"publicly_accessible": true}))) == says({})
}

not_known(asked) := object.union(asked, {"plan": {"unknown": ["arn", "id", "publicly_accessible"]}})

newer(asked) := object.union(asked, {"resource": {"provider_version": "4.0.0"}})

says(reasons) := object.union({"deny": set(), "review": set(), "warn": set()}, reasons)

verdict(asked) := verdict_with(asked, {})

verdict_with(asked, parameters) := verdict if {
	verdict := {"deny": intent.deny, "review": intent.review, "warn": intent.warn} with input as asked
		with data.parameters as parameters
}

request(operation, type, state) := {
	"resource": {
		"resource_id": "orders",
		"resource_type": type,
		"provider": "hashicorp/aws",
		"provider_version": "3.76.1",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id"]},
}
