package intent_test

import data.intent

never := {"orders: it is never rotated; set enable_key_rotation = true"}

test_a_key_that_is_not_rotated_is_denied if {
	every rotation in [{"enable_key_rotation": false}, {"enable_key_rotation": null}, {}] {
		every operation in ["create", "update"] {
			state := object.union({"customer_master_key_spec": "SYMMETRIC_DEFAULT"}, rotation)
			verdict(request(operation, "aws_kms_key", state)) == says({"deny": never})
		}
	}
}

test_a_key_that_is_rotated_passes if {
	verdict(request("create", "aws_kms_key", {"enable_key_rotation": true})) == says({})
}

test_a_key_that_does_not_name_its_kind_is_symmetric if {
	every state in [
		{"customer_master_key_spec": null}, {"customer_master_key_spec": ""},
		{"custom_key_store_id": null}, {"custom_key_store_id": ""},
	] {
		verdict(request("create", "aws_kms_key", state)) == says({"deny": never})
	}
}

test_a_key_that_cannot_be_rotated_is_left_alone if {
	every state in [
		{"customer_master_key_spec": "RSA_2048", "enable_key_rotation": false},
		{"customer_master_key_spec": "HMAC_256", "enable_key_rotation": false},
		{"custom_key_store_id": "cks-1", "enable_key_rotation": false, "rotation_period_in_days": 400},
	] {
		verdict(request("create", "aws_kms_key", state)) == says({})
		verdict(not_known(request("create", "aws_kms_key", state))) == says({})
	}
}

test_the_time_between_rotations_is_a_parameter if {
	asked := request("update", "aws_kms_key", {"enable_key_rotation": true, "rotation_period_in_days": 400})
	verdict(asked) == says({"deny": {"orders: it is rotated every 400 days; set rotation_period_in_days to 365 or less"}})
	verdict_with(asked, {"max_rotation_days": 400}) == says({})
	yearly := request("update", "aws_kms_key", {"enable_key_rotation": true, "rotation_period_in_days": 365})
	verdict(yearly) == says({})
	unsaid := request("update", "aws_kms_key", {"enable_key_rotation": true, "rotation_period_in_days": null})
	verdict_with(unsaid, {"max_rotation_days": 0}) == says({})
}

test_rotation_that_is_not_known_yet_is_reviewed if {
	every operation in ["create", "update"] {
		asked := not_known(request(operation, "aws_kms_key", {}))
		verdict(asked) == says({"review": {"orders: enable_key_rotation is known only after apply"}})
	}
}

test_imported_material_is_reviewed_when_it_is_made if {
	reason := "orders: AWS does not rotate imported key material; somebody has to"
	verdict(request("create", "aws_kms_external_key", {})) == says({"review": {reason}})
	verdict(request("update", "aws_kms_external_key", {})) == says({})
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "kms_rotation: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["10", -1, null] {
		told := "kms_rotation: parameter max_rotation_days must be a number from 0: correct it"
		verdict_with(asked, {"max_rotation_days": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		verdict(request(operation, "aws_kms_key", {"enable_key_rotation": false})) == says({"warn": never})
		verdict(not_known(request(operation, "aws_kms_key", {}))) == says({})
	}
}

test_what_is_gone_deleted_or_of_another_type_passes if {
	verdict(request("refresh", "aws_kms_key", null)) == says({})
	verdict(request("delete", "aws_kms_key", null)) == says({})
	verdict(not_known(request("create", "aws_thing", {"enable_key_rotation": false}))) == says({})
}

not_known(asked) := object.union(asked, {"plan": {"unknown": ["arn", "id", "enable_key_rotation"]}})

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
