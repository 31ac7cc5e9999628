package intent_test

import data.intent

off := {"logs: versioning is off; enable it"}

no_mfa := {"logs: MFA delete is off; the root user can switch it on"}

mfa := {"require_mfa_delete": true}

test_a_bucket_that_says_nothing_of_versioning_is_denied if {
	asked := not_known(request("create", "aws_s3_bucket", {"bucket": "logs"}), "versioning")
	verdict(asked) == says({"deny": off})
}

test_versioning_that_is_off_null_or_empty_is_denied if {
	every blocks in [[], [{"enabled": false, "mfa_delete": false}], [{"enabled": null}]] {
		every operation in ["create", "update"] {
			verdict(request(operation, "aws_s3_bucket", {"versioning": blocks})) == says({"deny": off})
		}
	}
}

test_a_bucket_with_versioning_passes if {
	verdict(request("create", "aws_s3_bucket", {"versioning": [{"enabled": true, "mfa_delete": false}]})) == says({})
}

test_a_versioning_resource_has_to_enable_it if {
	every status in ["Suspended", "Disabled", null] {
		state := {"bucket": "logs", "versioning_configuration": [{"status": status}]}
		verdict(request("create", "aws_s3_bucket_versioning", state)) == says({"deny": off})
	}
	enabled := {"bucket": "logs", "versioning_configuration": [{"status": "Enabled"}]}
	verdict(request("update", "aws_s3_bucket_versioning", enabled)) == says({})
}

test_mfa_delete_is_asked_for_by_a_parameter if {
	every state in [
		{"versioning": [{"enabled": true, "mfa_delete": false}]},
		{"versioning_configuration": [{"status": "Enabled", "mfa_delete": "Disabled"}]},
		{"versioning_configuration": [{"status": "Enabled"}]},
	] {
		verdict_with(request("create", "aws_s3_bucket", state), mfa) == says({"deny": no_mfa})
	}
	every state in [
		{"versioning": [{"enabled": true, "mfa_delete": true}]},
		{"versioning_configuration": [{"status": "Enabled", "mfa_delete": "Enabled"}]},
	] {
		verdict_with(request("create", "aws_s3_bucket", state), mfa) == says({})
	}
}

test_versioning_that_is_not_known_yet_is_reviewed if {
	every path in ["versioning.0", "versioning.0.enabled"] {
		asked := not_known(request("create", "aws_s3_bucket", {"versioning": [{}]}), path)
		verdict(asked) == says({"review": {sprintf("logs: %s is known only after apply", [path])}})
	}
	every path in ["versioning_configuration", "versioning_configuration.0.status"] {
		asked := not_known(request("update", "aws_s3_bucket_versioning", {}), path)
		verdict(asked) == says({"review": {sprintf("logs: %s is known only after apply", [path])}})
	}
}

test_mfa_delete_that_the_provider_computes_does_not_hide_that_versioning_is_off if {
	asked := request("create", "aws_s3_bucket_versioning", {"versioning_configuration": [{"status": "Suspended"}]})
	verdict(not_known(asked, "versioning_configuration.0.mfa_delete")) == says({"deny": off})
}

test_a_bucket_of_a_newer_provider_is_left_to_its_versioning_resource if {
	every operation in ["create", "update"] {
		asked := not_known(newer(request(operation, "aws_s3_bucket", {"bucket": "logs"})), "versioning")
		verdict(asked) == says({"warn": {"logs: versioning is off until an aws_s3_bucket_versioning switches it on"}})
	}
}

test_what_a_newer_provider_reads_back_is_judged if {
	asked := newer(request("update", "aws_s3_bucket", {"versioning": [{"enabled": false}]}))
	verdict(asked) == says({"deny": off})
}

test_exempt_buckets_need_none if {
	parameters := {"exempt_buckets": ["*-cache"]}
	every asked in [
		request("create", "aws_s3_bucket", {"bucket": "build-cache", "versioning": []}),
		newer(request("create", "aws_s3_bucket", {"bucket": "build-cache"})),
		not_known(request("create", "aws_s3_bucket", {"bucket": "build-cache"}), "versioning.0"),
	] {
		verdict_with(asked, parameters) == says({})
	}
	other := request("create", "aws_s3_bucket", {"bucket": "logs", "versioning": []})
	verdict_with(other, parameters) == says({"deny": off})
	nameless := request("create", "aws_s3_bucket", {"bucket": null, "versioning": []})
	verdict_with(nameless, {"exempt_buckets": ["*"]}) == says({"deny": off})
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "s3_versioning: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["x", [1], {}, null] {
		told := "s3_versioning: parameter exempt_buckets must be a list of strings: correct it"
		verdict_with(asked, {"exempt_buckets": wrong}) == says({"deny": {told}})
	}
	every wrong in ["true", 1, null] {
		told := "s3_versioning: parameter require_mfa_delete must be true or false: correct it"
		verdict_with(asked, {"require_mfa_delete": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		verdict(request(operation, "aws_s3_bucket", {"versioning": [{"enabled": false}]})) == says({"warn": off})
		verdict(newer(not_known(request(operation, "aws_s3_bucket", {}), "versioning.0"))) == says({})
	}
}

test_a_refresh_that_finds_nothing_any_more_says_nothing if {
	verdict(request("refresh", "aws_s3_bucket", null)) == says({})
	verdict(newer(request("refresh", "aws_s3_bucket", null))) == says({})
}

test_removing_the_versioning_resource_is_reviewed if {
	said := verdict(request("delete", "aws_s3_bucket_versioning", null))
	said == says({"review": {"logs: without it versioning is suspended"}})
	verdict(newer(request("delete", "aws_s3_bucket", null))) == says({})
}

test_another_type_passes if {
	verdict_with(request("create", "aws_thing", {"versioning": [{"enabled": false}]}), mfa) == says({})
	enabled := newer(request("create", "aws_s3_bucket_versioning", {"versioning_configuration": []}))
	verdict(enabled) == says({"deny": off})
}

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
