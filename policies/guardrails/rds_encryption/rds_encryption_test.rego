package intent_test

import data.intent

unencrypted := {"orders: its storage is not encrypted; set storage_encrypted = true"}

inherited := {"orders: it takes its encryption from what it is made of; see that this is encrypted, or set storage_encrypted"}

types := ["aws_db_instance", "aws_docdb_cluster", "aws_neptune_cluster", "aws_rds_cluster", "aws_rds_global_cluster"]

our_keys := {"kms_keys": ["arn:aws:kms:*:111122223333:key/*"]}

our_key := "arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d"

test_storage_that_is_not_encrypted_is_denied if {
	every type in types {
		every state in [{"storage_encrypted": false}, {"storage_encrypted": null}, {}] {
			verdict(request("create", type, state)) == says({"deny": unencrypted})
			verdict(request("update", type, state)) == says({"deny": unencrypted})
		}
	}
}

test_encrypted_storage_passes if {
	every type in types {
		verdict(request("create", type, {"storage_encrypted": true})) == says({})
	}
}

test_a_cluster_that_leaves_it_out_is_denied_although_the_provider_computes_it if {
	every type in ["aws_rds_cluster", "aws_rds_global_cluster"] {
		verdict(not_known(request("create", type, {}))) == says({"deny": unencrypted})
	}
}

test_encryption_that_is_not_known_yet_is_reviewed if {
	every type in ["aws_db_instance", "aws_docdb_cluster", "aws_neptune_cluster"] {
		verdict(not_known(request("create", type, {}))) == says({"review": {"orders: storage_encrypted is known only after apply"}})
	}
}

test_a_serverless_cluster_is_encrypted_by_aws if {
	verdict(not_known(request("create", "aws_rds_cluster", {"engine_mode": "serverless"}))) == says({})
	stated := {"engine_mode": "serverless", "storage_encrypted": false}
	verdict(request("create", "aws_rds_cluster", stated)) == says({"deny": unencrypted})
	other := request("create", "aws_rds_cluster", {"engine_mode": "provisioned"})
	verdict(other) == says({"deny": unencrypted})
	of_another_type := request("create", "aws_db_instance", {"engine_mode": "serverless"})
	verdict(of_another_type) == says({"deny": unencrypted})
}

test_what_takes_its_encryption_from_elsewhere_is_reviewed if {
	every state in [
		{"replicate_source_db": "arn:aws:rds:us-east-1:111122223333:db:orders", "storage_encrypted": null},
		{"snapshot_identifier": "orders-2026-01-01", "storage_encrypted": null},
		{"restore_to_point_in_time": [{"source_db_instance_identifier": "orders"}]},
	] {
		verdict(request("create", "aws_db_instance", state)) == says({"review": inherited})
	}
	made_of := {"source_db_cluster_identifier": "arn:aws:rds:us-east-1:111122223333:cluster:orders"}
	verdict(not_known(request("create", "aws_rds_global_cluster", made_of))) == says({"review": inherited})
}

test_what_is_made_of_something_may_still_say_it if {
	made_of := {"snapshot_identifier": "orders-2026-01-01", "restore_to_point_in_time": [{}]}
	encrypted := object.union(made_of, {"storage_encrypted": true})
	verdict(request("create", "aws_rds_cluster", encrypted)) == says({})
	every operation in ["create", "update"] {
		state := object.union(made_of, {"storage_encrypted": false})
		verdict(request(operation, "aws_rds_cluster", state)) == says({"deny": unencrypted})
	}
}

test_an_empty_source_is_none if {
	every state in [{"snapshot_identifier": ""}, {"snapshot_identifier": null}, {"restore_to_point_in_time": []}] {
		verdict(request("create", "aws_rds_cluster", state)) == says({"deny": unencrypted})
	}
}

test_keys_are_a_parameter if {
	every type in ["aws_db_instance", "aws_docdb_cluster", "aws_rds_cluster"] {
		denied := says({"deny": {"orders: its key is not an allowed one; set kms_key_id to one of arn:aws:kms:*:111122223333:key/*"}})
		ours := {"storage_encrypted": true, "kms_key_id": our_key}
		verdict_with(request("create", type, ours), our_keys) == says({})
		theirs := {"storage_encrypted": true, "kms_key_id": "arn:aws:kms:eu-central-1:444455556666:key/1a2b3c4d"}
		verdict_with(request("update", type, theirs), our_keys) == denied
		verdict_with(request("create", type, {"storage_encrypted": true}), our_keys) == denied
		verdict_with(request("create", type, {"storage_encrypted": true, "kms_key_id": null}), our_keys) == denied
		verdict(request("create", type, theirs)) == says({})
	}
}

test_keys_of_neptune_and_global_clusters if {
	ours := {"storage_encrypted": true, "kms_key_arn": our_key}
	verdict_with(request("create", "aws_neptune_cluster", ours), our_keys) == says({})
	elsewhere := {"storage_encrypted": true, "kms_key_arn": null, "kms_key_id": our_key}
	count(verdict_with(request("create", "aws_neptune_cluster", elsewhere), our_keys).deny) == 1
	verdict_with(request("create", "aws_rds_global_cluster", {"storage_encrypted": true}), our_keys) == says({})
}

test_storage_that_is_not_encrypted_needs_no_word_about_its_key if {
	state := {"storage_encrypted": false, "kms_key_id": null}
	verdict_with(request("create", "aws_db_instance", state), our_keys) == says({"deny": unencrypted})
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "rds_encryption: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["x", [1], {}, null] {
		told := "rds_encryption: parameter kms_keys must be a list of strings: correct it"
		verdict_with(asked, {"kms_keys": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		verdict(request(operation, "aws_db_instance", {"storage_encrypted": false})) == says({"warn": unencrypted})
		verdict(not_known(request(operation, "aws_db_instance", {}))) == says({})
		verdict(request(operation, "aws_db_instance", {"snapshot_identifier": "orders"})) == says({})
	}
}

test_what_is_gone_deleted_or_of_another_type_passes if {
	verdict(request("refresh", "aws_db_instance", null)) == says({})
	verdict(request("delete", "aws_rds_cluster", null)) == says({})
	verdict(request("create", "aws_thing", {"snapshot_identifier": "x"})) == says({})
	verdict(not_known(request("create", "aws_thing", {}))) == says({})
}

not_known(asked) := object.union(asked, {"plan": {"unknown": ["arn", "id", "kms_key_id", "storage_encrypted"]}})

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
