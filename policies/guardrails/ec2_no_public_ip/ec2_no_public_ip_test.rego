package intent_test

import data.intent

instance_types := ["aws_instance", "aws_launch_configuration", "aws_spot_instance_request"]

by_subnet := {"web: its subnet decides about a public address; set associate_public_ip_address = false"}

private_subnets := {"subnets_are_private": true}

test_an_instance_with_a_public_address_is_denied if {
	every type in instance_types {
		every operation in ["create", "update"] {
			said := verdict(request(operation, type, {"associate_public_ip_address": true}))
			said == says({"deny": {public("associate_public_ip_address")}})
		}
	}
}

test_an_instance_without_one_passes if {
	every type in instance_types {
		verdict(request("create", type, {"associate_public_ip_address": false})) == says({})
	}
}

test_an_instance_that_leaves_it_to_its_subnet_is_denied if {
	every type in instance_types {
		verdict(not_known(request("create", type, {}), "associate_public_ip_address")) == says({"deny": by_subnet})
		verdict(request("update", type, {"associate_public_ip_address": null})) == says({"deny": by_subnet})
	}
}

test_private_subnets_may_decide_where_a_parameter_says_so if {
	every type in instance_types {
		verdict_with(request("create", type, {}), private_subnets) == says({})
		stated := request("create", type, {"associate_public_ip_address": true})
		verdict_with(stated, private_subnets) == says({"deny": {public("associate_public_ip_address")}})
	}
	template := request("create", "aws_launch_template", {"network_interfaces": []})
	verdict_with(template, private_subnets) == says({})
	interface := request("create", "aws_launch_template", {"network_interfaces": [{"device_index": 0}]})
	verdict_with(interface, private_subnets) == says({})
	verdict_with(template, {"subnets_are_private": false}) == says({"deny": by_subnet})
}

test_an_interface_that_exists_already_gets_no_address if {
	every state in [
		{"network_interface": [{"device_index": 0, "network_interface_id": "eni-1"}]},
		{"primary_network_interface": [{"network_interface_id": "eni-1"}]},
	] {
		verdict(request("create", "aws_instance", state)) == says({})
	}
	second := {"network_interface": [{"device_index": 1, "network_interface_id": "eni-1"}]}
	verdict(request("create", "aws_instance", second)) == says({"deny": by_subnet})
}

test_an_instance_from_a_launch_template_is_reviewed if {
	asked := request("create", "aws_instance", {"launch_template": [{"id": "lt-1"}]})
	verdict(asked) == says({"review": {"web: its launch template decides about a public address"}})
	verdict_with(asked, private_subnets) == says({})
}

test_each_interface_of_a_launch_template_is_judged if {
	every yes in [true, "true", "True", "TRUE", "t", "T", "1"] {
		state := {"network_interfaces": [
			{"device_index": 0, "associate_public_ip_address": "false"},
			{"device_index": 1, "associate_public_ip_address": yes},
		]}
		said := verdict(request("create", "aws_launch_template", state))
		said == says({"deny": {public("network_interfaces.1.associate_public_ip_address")}})
	}
}

test_a_launch_template_that_leaves_it_to_the_subnet_is_denied if {
	every interfaces in [
		[], [{}], [{"device_index": 0, "associate_public_ip_address": ""}],
		[{"device_index": null, "network_interface_id": null, "associate_public_ip_address": null}],
	] {
		every operation in ["create", "update"] {
			asked := request(operation, "aws_launch_template", {"network_interfaces": interfaces})
			verdict(asked) == says({"deny": by_subnet})
		}
	}
}

test_other_interfaces_of_a_launch_template_need_not_say_it if {
	first := {"device_index": 0, "associate_public_ip_address": "false"}
	every second in [{"device_index": 1}, {"network_interface_id": "eni-1"}] {
		state := {"network_interfaces": [first, second]}
		verdict(request("create", "aws_launch_template", state)) == says({})
	}
}

test_each_specification_of_a_spot_fleet_is_judged if {
	state := {"launch_specification": [{"associate_public_ip_address": false}, {"associate_public_ip_address": true}, {}]}
	said := verdict(request("create", "aws_spot_fleet_request", state))
	said == says({"deny": {public("launch_specification.1.associate_public_ip_address")}})
}

test_a_subnet_that_gives_public_addresses_is_denied if {
	reason := "web: map_public_ip_on_launch gives public addresses; set it to false"
	every type in ["aws_default_subnet", "aws_subnet"] {
		verdict(request("create", type, {"map_public_ip_on_launch": true})) == says({"deny": {reason}})
		verdict(request("update", type, {"map_public_ip_on_launch": false})) == says({})
	}
}

test_a_default_subnet_that_does_not_say_is_reviewed if {
	every state in [{}, {"map_public_ip_on_launch": null}] {
		asked := request("create", "aws_default_subnet", state)
		verdict(asked) == says({"review": {"web: AWS lets default subnets give public addresses"}})
	}
	verdict(request("create", "aws_subnet", {})) == says({})
}

test_an_elastic_address_for_an_instance_is_denied if {
	asked := request("create", "aws_eip", {"instance": "i-1"})
	verdict(asked) == says({"deny": {"web: it makes i-1 public; put a load balancer before it"}})
	every nothing in ["", null] {
		verdict(request("create", "aws_eip", {"instance": nothing, "network_interface": nothing})) == says({})
	}
}

test_an_elastic_address_for_an_interface_is_denied_where_it_is_asked_for if {
	state := {"network_interface": "eni-1"}
	asked := object.union(request("create", "aws_eip", state), {"plan": {"changed": ["network_interface"]}})
	verdict(asked) == says({"deny": {"web: it makes an interface public; put a load balancer before it"}})
	of_a_nat_gateway := object.union(request("update", "aws_eip", state), {"plan": {"changed": ["tags"]}})
	verdict(of_a_nat_gateway) == says({})
	every nothing in ["", null] {
		detached := object.union(asked, {"resource": {"proposed_state": {"network_interface": nothing}}})
		verdict(detached) == says({})
	}
}

test_an_association_of_an_elastic_address_is_denied if {
	reason := "web: it makes an instance public; put a load balancer before it"
	verdict(request("create", "aws_eip_association", {"instance_id": "i-1"})) == says({"deny": {reason}})
	verdict(request("import", "aws_eip_association", {"instance_id": "i-1"})) == says({})
}

test_what_is_not_known_yet_is_reviewed if {
	every type, path in {
		"aws_launch_template": "network_interfaces",
		"aws_spot_fleet_request": "launch_specification.0.associate_public_ip_address",
		"aws_subnet": "map_public_ip_on_launch",
	} {
		every operation in ["create", "update"] {
			verdict(not_known(request(operation, type, {}), path)) == says({"review": {unclear(path)}})
		}
	}
	path := "network_interfaces.0.associate_public_ip_address"
	template := request("create", "aws_launch_template", {"network_interfaces": [{"device_index": 0}]})
	verdict(not_known(template, path)) == says({"review": {unclear(path)}})
	nulls := {"launch_specification": [null], "network_interfaces": [null]}
	every type in ["aws_launch_template", "aws_spot_fleet_request"] {
		said := verdict(not_known(request("create", type, nulls), "network_interfaces.0"))
		count(said.deny) == 0
	}
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "ec2_no_public_ip: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["true", 1, null] {
		told := "ec2_no_public_ip: parameter subnets_are_private must be true or false: correct it"
		verdict_with(asked, {"subnets_are_private": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		said := verdict(request(operation, "aws_instance", {"associate_public_ip_address": true}))
		said == says({"warn": {public("associate_public_ip_address")}})
		verdict(request(operation, "aws_default_subnet", {})) == says({})
		verdict(not_known(request(operation, "aws_subnet", {}), "map_public_ip_on_launch")) == says({})
		template := request(operation, "aws_instance", {"launch_template": [{"id": "lt-1"}]})
		verdict(template) == says({})
	}
}

test_what_is_gone_deleted_or_of_another_type_passes if {
	every type in array.concat(instance_types, ["aws_default_subnet", "aws_eip", "aws_eip_association", "aws_launch_template"]) {
		verdict(request("refresh", type, null)) == says({})
		verdict(request("delete", type, null)) == says({})
	}
	state := {
		"associate_public_ip_address": true, "map_public_ip_on_launch": true, "instance": "i-1",
		"network_interface": "eni-1", "network_interfaces": [{"associate_public_ip_address": "true"}],
		"launch_specification": [{"associate_public_ip_address": true}],
	}
	asked := object.union(request("create", "aws_thing", state), {"plan": {"changed": ["network_interface"]}})
	verdict(not_known(asked, "map_public_ip_on_launch")) == says({})
}

public(path) := sprintf("web: %s gives it a public address; set it to false", [path])

unclear(path) := sprintf("web: %s is known only after apply; see that it is false", [path])

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
