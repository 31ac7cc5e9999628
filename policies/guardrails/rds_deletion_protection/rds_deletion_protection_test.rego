package intent_test

import data.intent

unprotected := {"orders: anyone may delete it; set deletion_protection = true"}

types := ["aws_db_instance", "aws_docdb_cluster", "aws_neptune_cluster", "aws_rds_cluster", "aws_rds_global_cluster"]

test_a_database_without_protection_is_denied if {
	every type in types {
		every state in [{"deletion_protection": false}, {"deletion_protection": null}, {}] {
			every operation in ["create", "update"] {
				verdict(request(operation, type, state)) == says({"deny": unprotected})
			}
		}
	}
}

test_a_protected_database_passes if {
	every type in types {
		verdict(request("create", type, {"deletion_protection": true})) == says({})
	}
}

test_protection_that_is_not_known_yet_is_reviewed if {
	every operation in ["create", "update"] {
		asked := not_known(request(operation, "aws_rds_cluster", {}))
		verdict(asked) == says({"review": {"orders: deletion_protection is known only after apply"}})
		verdict_with(object.union(asked, named), {"exempt_identifiers": ["*"]}) == says({})
	}
}

test_exempt_databases_need_none if {
	every type, attribute in {
		"aws_db_instance": "identifier", "aws_docdb_cluster": "cluster_identifier",
		"aws_neptune_cluster": "cluster_identifier", "aws_rds_cluster": "cluster_identifier",
		"aws_rds_global_cluster": "global_cluster_identifier",
	} {
		parameters := {"exempt_identifiers": ["*-test"]}
		verdict_with(request("create", type, {attribute: "orders-test"}), parameters) == says({})
		verdict_with(request("create", type, {attribute: "orders"}), parameters) == says({"deny": unprotected})
	}
	nameless := request("create", "aws_db_instance", {"identifier": null})
	verdict_with(nameless, {"exempt_identifiers": ["*"]}) == says({"deny": unprotected})
}

test_replicas_are_exempt_where_a_parameter_says_so if {
	replica := request("create", "aws_db_instance", {"replicate_source_db": "orders", "deletion_protection": null})
	verdict(replica) == says({"deny": unprotected})
	verdict_with(replica, {"exempt_replicas": true}) == says({})
	every source in ["", null] {
		other := request("create", "aws_db_instance", {"replicate_source_db": source})
		verdict_with(other, {"exempt_replicas": true}) == says({"deny": unprotected})
	}
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "rds_deletion_protection: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["x", [1], {}, null] {
		told := "rds_deletion_protection: parameter exempt_identifiers must be a list of strings: correct it"
		verdict_with(asked, {"exempt_identifiers": wrong}) == says({"deny": {told}})
	}
	every wrong in ["true", 1, null] {
		told := "rds_deletion_protection: parameter exempt_replicas must be true or false: correct it"
		verdict_with(asked, {"exempt_replicas": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		verdict(request(operation, "aws_db_instance", {"deletion_protection": false})) == says({"warn": unprotected})
		verdict(not_known(request(operation, "aws_db_instance", {}))) == says({})
	}
}

test_what_is_gone_deleted_or_of_another_type_passes if {
	verdict(request("refresh", "aws_db_instance", null)) == says({})
	verdict(request("delete", "aws_db_instance", null)) == says({})
	verdict(request("create", "aws_thing", {"deletion_protection": false})) == says({})
	verdict(not_known(request("create", "aws_thing", {}))) == says({})
}

named := {"resource": {"proposed_state": {"cluster_identifier": "orders"}}}

not_known(asked) := object.union(asked, {"plan": {"unknown": ["arn", "id", "deletion_protection"]}})

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
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id"]},
}
