package intent_test

import data.intent

by_image := {"web: the image decides whether the root volume is encrypted; add root_block_device with encrypted = true"}

instance_types := ["aws_instance", "aws_launch_configuration", "aws_spot_instance_request"]

encrypting := {"account_encrypts_by_default": true}

test_a_volume_that_is_not_encrypted_is_denied if {
	every type in ["aws_ebs_volume", "aws_ebs_snapshot_copy"] {
		every state in [{"encrypted": false}, {"encrypted": null}, {}] {
			every operation in ["create", "update"] {
				verdict(request(operation, type, state)) == says({"deny": {plain("encrypted")}})
			}
		}
	}
}

test_an_encrypted_volume_passes if {
	every type in ["aws_ebs_volume", "aws_ebs_snapshot_copy"] {
		verdict(request("create", type, {"encrypted": true})) == says({})
	}
}

test_a_volume_that_leaves_it_out_is_denied_although_the_provider_computes_it if {
	verdict(not_known(request("create", "aws_ebs_volume", {}), "encrypted")) == says({"deny": {plain("encrypted")}})
}

test_each_volume_of_an_instance_is_judged if {
	every type in instance_types {
		state := {
			"root_block_device": [{"delete_on_termination": true, "volume_size": 10}],
			"ebs_block_device": [
				{"device_name": "/dev/sdb", "encrypted": true},
				{"device_name": "/dev/sdc", "encrypted": false},
				{"device_name": "/dev/sdd", "no_device": true},
			],
		}
		asked := not_known(request("create", type, state), "root_block_device.0.encrypted")
		verdict(asked) == says({"deny": {plain("root_block_device.0.encrypted"), plain("ebs_block_device.1.encrypted")}})
	}
}

test_an_instance_with_encrypted_volumes_passes if {
	every type in instance_types {
		state := {"root_block_device": [{"encrypted": true}], "ebs_block_device": [{"encrypted": true}]}
		verdict(request("update", type, state)) == says({})
	}
}

test_a_root_volume_that_is_left_to_its_image_is_denied if {
	every type in instance_types {
		verdict(not_known(request("create", type, {}), "root_block_device")) == says({"deny": by_image})
		verdict(request("update", type, {"root_block_device": []})) == says({"deny": by_image})
	}
}

test_a_root_volume_that_is_left_to_a_launch_template_is_reviewed if {
	asked := request("create", "aws_instance", {"launch_template": [{"id": "lt-1"}]})
	verdict(asked) == says({"review": {"web: its launch template decides whether the root volume is encrypted"}})
	verdict_with(asked, encrypting) == says({})
}

test_each_mapping_of_a_launch_template_is_judged if {
	state := {"block_device_mappings": [
		{"device_name": "/dev/sda1", "ebs": [{"encrypted": null, "volume_size": 10}]},
		{"device_name": "/dev/sdb", "ebs": [{"encrypted": "true"}]},
		{"device_name": "/dev/sdc", "ebs": [null], "virtual_name": "ephemeral0"},
		{"device_name": "/dev/sdd", "ebs": [{"encrypted": "0"}]},
	]}
	verdict(request("create", "aws_launch_template", state)) == says({"deny": {
		plain("block_device_mappings.0.ebs.0.encrypted"),
		plain("block_device_mappings.3.ebs.0.encrypted"),
	}})
}

test_a_launch_template_says_true_as_a_string if {
	every yes in [true, "true", "True", "TRUE", "t", "T", "1"] {
		state := {"block_device_mappings": [{"ebs": [{"encrypted": yes}]}]}
		verdict(request("create", "aws_launch_template", state)) == says({})
	}
	every no in ["false", "0", "", "yes"] {
		state := {"block_device_mappings": [{"ebs": [{"encrypted": no}]}]}
		count(verdict(request("create", "aws_launch_template", state)).deny) == 1
	}
}

test_a_launch_template_that_names_no_volume_is_denied if {
	reason := "web: the image decides whether volumes are encrypted; add block_device_mappings with encrypted = true"
	every mappings in [[], [{"device_name": "/dev/sdb", "ebs": [], "no_device": "true"}]] {
		asked := request("create", "aws_launch_template", {"block_device_mappings": mappings})
		verdict(asked) == says({"deny": {reason}})
		verdict_with(asked, encrypting) == says({})
	}
}

test_each_specification_of_a_spot_fleet_is_judged if {
	state := {"launch_specification": [
		{"root_block_device": [{"encrypted": true}], "ebs_block_device": [{"encrypted": false}]},
		{"ebs_block_device": []},
	]}
	denied := by_image | {plain("launch_specification.0.ebs_block_device.0.encrypted")}
	verdict(request("create", "aws_spot_fleet_request", state)) == says({"deny": denied})
	verdict(request("create", "aws_spot_fleet_request", {"launch_specification": []})) == says({})
}

test_an_account_that_encrypts_by_default_lets_it_be_left_out if {
	every asked in [
		request("create", "aws_ebs_volume", {}),
		request("create", "aws_ebs_snapshot_copy", {"encrypted": null}),
		request("create", "aws_instance", {}),
		request("create", "aws_instance", {"root_block_device": [{"volume_size": 10}]}),
		request("create", "aws_launch_template", {"block_device_mappings": [{"ebs": [{"encrypted": ""}]}]}),
	] {
		verdict_with(asked, encrypting) == says({})
	}
	stated := request("create", "aws_ebs_volume", {"encrypted": false})
	verdict_with(stated, encrypting) == says({"deny": {plain("encrypted")}})
	unsaid := request("create", "aws_ebs_volume", {})
	verdict_with(unsaid, {"account_encrypts_by_default": false}) == says({"deny": {plain("encrypted")}})
}

test_encryption_by_default_has_to_be_on if {
	reason := "web: the account no longer encrypts by default; set enabled = true"
	verdict(request("update", "aws_ebs_encryption_by_default", {"enabled": false})) == says({"deny": {reason}})
	verdict(request("create", "aws_ebs_encryption_by_default", {"enabled": true})) == says({})
}

test_removing_encryption_by_default_is_reviewed if {
	said := verdict(request("delete", "aws_ebs_encryption_by_default", null))
	said == says({"review": {"web: without it the account no longer encrypts by default"}})
}

test_what_is_not_known_yet_is_reviewed if {
	every type, path in {
		"aws_ebs_encryption_by_default": "enabled",
		"aws_ebs_snapshot_copy": "encrypted",
		"aws_launch_template": "block_device_mappings.0.ebs.0.encrypted",
		"aws_spot_fleet_request": "launch_specification.0",
	} {
		state := {"block_device_mappings": [{"ebs": [{}]}], "launch_specification": [null]}
		verdict(not_known(request("create", type, state), path)) == says({"review": {unclear(path)}})
	}
	every type in instance_types {
		state := {"root_block_device": [{"encrypted": true}], "ebs_block_device": [null]}
		asked := not_known(request("create", type, state), "ebs_block_device.0")
		verdict(asked) == says({"review": {unclear("ebs_block_device.0")}})
	}
	template := not_known(request("create", "aws_launch_template", {}), "block_device_mappings")
	verdict(template) == says({"review": {unclear("block_device_mappings")}})
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "ebs_encryption: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["true", 1, null] {
		told := "ebs_encryption: parameter account_encrypts_by_default must be true or false: correct it"
		verdict_with(asked, {"account_encrypts_by_default": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		verdict(request(operation, "aws_ebs_volume", {"encrypted": false})) == says({"warn": {plain("encrypted")}})
		verdict(request(operation, "aws_instance", {"root_block_device": []})) == says({"warn": by_image})
		verdict(not_known(request(operation, "aws_ebs_encryption_by_default", {}), "enabled")) == says({})
		verdict(request(operation, "aws_instance", {"launch_template": [{"id": "lt-1"}]})) == says({})
	}
}

test_what_is_gone_deleted_or_of_another_type_passes if {
	every type in array.concat(instance_types, ["aws_ebs_volume", "aws_launch_template", "aws_ebs_encryption_by_default"]) {
		verdict(request("refresh", type, null)) == says({})
	}
	verdict(request("delete", "aws_ebs_volume", null)) == says({})
	state := {
		"encrypted": false, "enabled": false, "root_block_device": [{}], "block_device_mappings": [{"ebs": [{}]}],
		"launch_specification": [{"root_block_device": [{}]}],
	}
	verdict(not_known(request("create", "aws_thing", state), "encrypted")) == says({})
}

plain(path) := sprintf("web: %s is not true; encrypt the volume", [path])

unclear(path) := sprintf("web: %s is known only after apply", [path])

not_known(asked, path) := object.union(asked, {"plan": {"unknown": ["arn", "id", path]}})

says(reasons) := object.union({"deny": set(), "review": set(), "warn": set()}, reasons)

verdict(asked) := verdict_with(asked, {})

verdict_with(asked, parameters) := verdict if {
	verdict := {"deny": intent.deny, "review": intent.review, "warn": intent.warn} with input as asked
		with data.parameters as parameters
}

request(operation, type, state) := {
	"resource": {
		"resource_id": "web",
		"resource_type": type,
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id"]},
}
