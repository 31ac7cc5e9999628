package intent_test

import data.intent

single_types := ["aws_instance", "aws_launch_configuration", "aws_launch_template", "aws_spot_instance_request"]

# What launches the given type, for each resource type.
launching(type) := object.union(
	{single: {"instance_type": type} | some single in single_types},
	{
		"aws_autoscaling_group": {"mixed_instances_policy": [{"launch_template": [{"override": [{"instance_type": type}]}]}]},
		"aws_ec2_fleet": {"launch_template_config": [{"override": [{"instance_type": type}]}]},
		"aws_eks_node_group": {"instance_types": [type]},
		"aws_spot_fleet_request": {"launch_specification": [{"instance_type": type}], "launch_template_config": []},
	},
)

test_small_general_types_pass_by_default if {
	every instance_type in ["t2.nano", "t3.micro", "t3a.small", "t4g.medium", "t3.large"] {
		every type, state in launching(instance_type) {
			verdict(request("create", type, state)) == says({})
		}
	}
}

test_other_families_and_sizes_are_denied if {
	every instance_type in ["t3.xlarge", "m5.large", "p4d.24xlarge", "T3.micro", "t3", "t3.micro.x"] {
		every type, state in launching(instance_type) {
			every operation in ["create", "update"] {
				verdict(request(operation, type, state)) == says({"deny": {excess(instance_type)}})
			}
		}
	}
}

test_overrides_of_a_spot_fleet_are_judged if {
	state := {"launch_specification": [], "launch_template_config": [{"overrides": [{"instance_type": "m5.large"}]}]}
	verdict(request("create", "aws_spot_fleet_request", state)) == says({"deny": {excess("m5.large")}})
}

test_each_type_is_judged if {
	state := {"instance_types": ["t3.micro", "m5.large", null, "c5.large"]}
	verdict(request("create", "aws_eks_node_group", state)) == says({"deny": {excess("m5.large"), excess("c5.large")}})
}

test_what_is_allowed_is_a_parameter if {
	parameters := {"allowed_families": ["m5"], "allowed_sizes": ["large", "xlarge"], "allowed_types": ["c5.large"]}
	every instance_type in ["m5.large", "m5.xlarge", "c5.large"] {
		verdict_with(request("create", "aws_instance", {"instance_type": instance_type}), parameters) == says({})
	}
	every instance_type in ["t3.large", "m5.2xlarge", "c5.xlarge"] {
		said := verdict_with(request("create", "aws_instance", {"instance_type": instance_type}), parameters)
		said == says({"deny": {sprintf(
			"web: instance type %s is not allowed; take large, xlarge of m5, c5.large",
			[instance_type],
		)}})
	}
}

test_a_template_that_names_no_type_passes if {
	every nothing in ["", null] {
		verdict(request("create", "aws_launch_template", {"instance_type": nothing})) == says({})
	}
}

test_a_type_that_is_not_known_yet_is_reviewed if {
	every type, path in {
		"aws_autoscaling_group": "mixed_instances_policy.0.launch_template.0.override.1.instance_type",
		"aws_ec2_fleet": "launch_template_config.0.override.0",
		"aws_eks_node_group": "instance_types.0",
		"aws_instance": "instance_type",
		"aws_launch_configuration": "instance_type",
		"aws_launch_template": "instance_type",
		"aws_spot_fleet_request": "launch_specification.0.instance_type",
		"aws_spot_instance_request": "instance_type",
	} {
		every operation in ["create", "update"] {
			verdict(not_known(request(operation, type, {}), path)) == says({"review": {unclear(path)}})
		}
	}
	every path in ["launch_specification", "launch_template_config.0.overrides.0.instance_type"] {
		verdict(not_known(request("create", "aws_spot_fleet_request", {}), path)) == says({"review": {unclear(path)}})
	}
}

test_what_the_provider_computes_is_not_reviewed if {
	verdict(not_known(request("create", "aws_eks_node_group", {}), "instance_types")) == says({})
	group := request("create", "aws_autoscaling_group", {})
	verdict(not_known(group, "mixed_instances_policy.0.instances_distribution")) == says({})
	verdict(not_known(request("create", "aws_instance", {}), "tags.instance_type")) == says({})
}

test_a_type_that_requirements_choose_is_reviewed if {
	chooser := {"instance_requirements": [{"vcpu_count": [{"min": 2}]}]}
	reviewed := says({"review": {"web: instance_requirements choose the type; see that the sizes they admit are allowed"}})
	verdict(request("create", "aws_launch_template", chooser)) == reviewed
	fleet := {"launch_template_config": [{"override": [chooser]}]}
	verdict(request("update", "aws_ec2_fleet", fleet)) == reviewed
	verdict(request("create", "aws_launch_template", {"instance_requirements": []})) == says({})
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "ec2_instance_size: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["x", [1], {}, null] {
		told := "ec2_instance_size: parameter allowed_families must be a list of strings: correct it"
		verdict_with(asked, {"allowed_families": wrong}) == says({"deny": {told}})
	}
	every wrong in ["x", [1], {}, null] {
		told := "ec2_instance_size: parameter allowed_sizes must be a list of strings: correct it"
		verdict_with(asked, {"allowed_sizes": wrong}) == says({"deny": {told}})
	}
	every wrong in ["x", [1], {}, null] {
		told := "ec2_instance_size: parameter allowed_types must be a list of strings: correct it"
		verdict_with(asked, {"allowed_types": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		said := verdict(request(operation, "aws_instance", {"instance_type": "m5.large"}))
		said == says({"warn": {excess("m5.large")}})
		verdict(not_known(request(operation, "aws_instance", {}), "instance_type")) == says({})
		chooser := {"instance_requirements": [{"vcpu_count": [{"min": 2}]}]}
		verdict(request(operation, "aws_launch_template", chooser)) == says({})
	}
}

test_what_is_gone_deleted_or_of_another_type_passes if {
	every type in object.keys(launching("t3.micro")) {
		verdict(request("refresh", type, null)) == says({})
		verdict(request("delete", type, null)) == says({})
	}
	every state in launching("m5.large") {
		verdict(request("create", "aws_thing", state)) == says({})
	}
	configured := {"launch_template_config": [{"overrides": [{"instance_type": "m5.large"}]}]}
	every type in ["aws_thing", "aws_ec2_fleet"] {
		verdict(request("create", type, configured)) == says({})
	}
}

excess(type) := sprintf(
	"web: instance type %s is not allowed; take nano, micro, small, medium, large of t2, t3, t3a, t4g",
	[type],
)

unclear(path) := sprintf("web: %s is known only after apply; see that the size is allowed", [path])

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
