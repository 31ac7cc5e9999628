package intent_test

import data.intent

configuration_type := "aws_s3_bucket_server_side_encryption_configuration"

only_kms := {"allowed_algorithms": ["aws:kms"]}

test_a_bucket_without_default_encryption_is_denied if {
	every operation in ["create", "update"] {
		said := verdict(request(operation, "aws_s3_bucket", {"server_side_encryption_configuration": []}))
		said == says({"deny": {unencrypted}})
	}
}

test_a_bucket_whose_rule_names_no_algorithm_is_denied if {
	rule := {"apply_server_side_encryption_by_default": [], "bucket_key_enabled": true}
	state := {"server_side_encryption_configuration": [{"rule": [rule]}]}
	verdict(request("create", "aws_s3_bucket", state)) == says({"deny": {unencrypted}})
	verdict(request("create", configuration_type, {"rule": [rule]})) == says({"deny": {unencrypted}})
	verdict(newer(request("create", configuration_type, {"rule": [rule_of(null)]}))) == says({"deny": {unencrypted}})
	verdict(request("create", "aws_s3_bucket", {"rule": [rule_of("AES256")]})) == says({"deny": {unencrypted}})
	verdict(request("create", configuration_type, encrypted("AES256"))) == says({"deny": {unencrypted}})
}

test_a_bucket_with_an_allowed_algorithm_passes if {
	every algorithm in ["AES256", "aws:kms", "aws:kms:dsse"] {
		verdict(request("create", "aws_s3_bucket", encrypted(algorithm))) == says({})
	}
}

test_an_algorithm_that_is_not_allowed_is_denied_on_the_bucket_its_configuration_and_an_object if {
	denied := says({"deny": {"logs: encryption by AES256 is not allowed; take aws:kms"}})
	verdict_with(request("create", "aws_s3_bucket", encrypted("AES256")), only_kms) == denied
	verdict_with(request("update", configuration_type, {"rule": [rule_of("AES256")]}), only_kms) == denied
	every type in ["aws_s3_bucket_object", "aws_s3_object", "aws_s3_object_copy"] {
		verdict_with(request("create", type, {"server_side_encryption": "AES256"}), only_kms) == denied
	}
}

test_each_rule_is_judged if {
	state := {"rule": [rule_of("aws:kms"), rule_of("AES256")]}
	count(verdict_with(request("create", configuration_type, state), only_kms).deny) == 1
}

test_an_object_that_names_no_algorithm_is_left_to_its_bucket if {
	asked := request("create", "aws_s3_bucket_object", {})
	verdict_with(not_known(asked, "server_side_encryption"), only_kms) == says({})
	every nothing in ["", null] {
		state := {"server_side_encryption": nothing}
		verdict_with(request("update", "aws_s3_bucket_object", state), only_kms) == says({})
	}
}

test_encryption_that_is_not_known_yet_is_reviewed if {
	every path in [
		"server_side_encryption_configuration", "server_side_encryption_configuration.0",
		"server_side_encryption_configuration.0.rule.0.apply_server_side_encryption_by_default.0.sse_algorithm",
	] {
		asked := not_known(request("create", "aws_s3_bucket", {}), path)
		verdict(asked) == says({"review": {sprintf("logs: %s is known only after apply", [path])}})
	}
	asked := not_known(request("create", configuration_type, {}), "rule.0")
	verdict(asked) == says({"review": {"logs: rule.0 is known only after apply"}})
}

test_what_the_provider_computes_beside_it_is_not_reviewed if {
	asked := request("create", configuration_type, {"rule": [rule_of("AES256")]})
	verdict(not_known(asked, "rule.0.blocked_encryption_types")) == says({})
}

test_a_bucket_of_a_newer_provider_is_left_to_its_configuration if {
	asked := newer(request("create", "aws_s3_bucket", {}))
	verdict(not_known(asked, "server_side_encryption_configuration")) == says({})
	verdict(newer(request("create", "aws_s3_bucket", {"server_side_encryption_configuration": []}))) == says({})
}

test_a_bucket_of_a_newer_provider_is_reviewed_where_kms_is_asked_for if {
	asked := not_known(newer(request("create", "aws_s3_bucket", {})), "server_side_encryption_configuration")
	reason := "logs: AWS begins with AES256; see that an aws_s3_bucket_server_side_encryption_configuration follows"
	verdict_with(asked, only_kms) == says({"review": {reason}})
}

test_what_a_newer_provider_reads_back_is_judged if {
	asked := newer(request("update", "aws_s3_bucket", encrypted("AES256")))
	verdict(asked) == says({})
	denied := says({"deny": {"logs: encryption by AES256 is not allowed; take aws:kms"}})
	verdict_with(asked, only_kms) == denied
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "s3_encryption: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["x", [1], {}, null] {
		told := "s3_encryption: parameter allowed_algorithms must be a list of strings: correct it"
		verdict_with(asked, {"allowed_algorithms": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		said := verdict(request(operation, "aws_s3_bucket", {"server_side_encryption_configuration": []}))
		said == says({"warn": {unencrypted}})
		verdict(not_known(request(operation, configuration_type, {}), "rule")) == says({})
	}
}

test_a_refresh_that_finds_nothing_any_more_says_nothing if {
	verdict(request("refresh", "aws_s3_bucket", null)) == says({})
	verdict(newer(request("refresh", "aws_s3_bucket", null))) == says({})
}

test_removing_the_configuration_is_reviewed_where_kms_is_asked_for if {
	asked := request("delete", configuration_type, null)
	verdict(asked) == says({})
	verdict_with(asked, only_kms) == says({"review": {"logs: without it the bucket falls back to AES256"}})
	verdict_with(request("delete", "aws_s3_bucket", null), only_kms) == says({})
}

test_another_type_passes if {
	state := {"server_side_encryption_configuration": [], "server_side_encryption": "AES256"}
	verdict_with(not_known(request("create", "aws_thing", state), "rule"), only_kms) == says({})
}

unencrypted := "logs: it has no default encryption; name one in apply_server_side_encryption_by_default"

rule_of(algorithm) := {
	"apply_server_side_encryption_by_default": [{"kms_master_key_id": null, "sse_algorithm": algorithm}],
	"bucket_key_enabled": null,
}

encrypted(algorithm) := {"server_side_encryption_configuration": [{"rule": [rule_of(algorithm)]}]}

not_known(asked, path) := object.union(asked, {"plan": {"unknown": ["arn", "id", path]}})

newer(asked) := object.union(asked, {"resource": {"provider_version": "4.0.0"}})

says(reasons) := object.union({"deny": set(), "review": set(), "warn": set()}, reasons)

verdict(asked) := verdict_with(asked, {})

verdict_with(asked, parameters) := verdict if {
	verdict := {"deny": intent.deny, "review": intent.review, "warn": intent.warn} with input as asked
		with data.parameters as parameters
}

request(operation, type, state) := {
	"resource": {
		"resource_id": "logs",
		"resource_type": type,
		"provider": "hashicorp/aws",
		"provider_version": "3.76.1",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id"]},
}
