package intent_test

import data.intent

groups := ["aws_default_security_group", "aws_security_group"]

# The same rule in each form, by resource type.
forms(protocol, from, to, source) := object.union(
	{group: {"ingress": [inline(protocol, from, to, source)]} | some group in groups},
	{
		"aws_security_group_rule": object.union(
			inline(protocol, from, to, source),
			{"type": "ingress", "ipv6_cidr_blocks": null, "self": false},
		),
		"aws_vpc_security_group_ingress_rule": {
			"ip_protocol": protocol, "from_port": from, "to_port": to,
			"cidr_ipv4": source, "cidr_ipv6": null,
		},
	},
)

test_a_port_that_is_open_to_the_world_is_denied_in_each_form if {
	every type, state in forms("tcp", 22, 22, "0.0.0.0/0") {
		every operation in ["create", "update"] {
			verdict(request(operation, type, state)) == says({"deny": {open("tcp 22", "0.0.0.0/0")}})
		}
	}
}

test_allowed_ports_pass_in_each_form if {
	every port in [80, 443] {
		every type, state in forms("tcp", port, port, "0.0.0.0/0") {
			verdict(request("create", type, state)) == says({})
		}
	}
}

test_a_range_passes_only_where_each_of_its_ports_is_allowed if {
	every type, state in forms("tcp", 80, 443, "0.0.0.0/0") {
		verdict(request("create", type, state)) == says({"deny": {open("tcp 80 to 443", "0.0.0.0/0")}})
	}
	every type, state in forms("udp", 80, 81, "0.0.0.0/0") {
		verdict_with(request("create", type, state), {"allowed_ports": [80, 81, 443]}) == says({})
	}
	every type, state in forms("tcp", 0, 65535, "0.0.0.0/0") {
		verdict(request("create", type, state)) == says({"deny": {open("tcp 0 to 65535", "0.0.0.0/0")}})
	}
}

test_ports_that_make_no_range_are_denied if {
	every ports in [[443, 442], [null, null], [443, null], [null, 443], [-1, -1], ["443", "443"]] {
		every type, state in forms("tcp", ports[0], ports[1], "0.0.0.0/0") {
			count(verdict(request("create", type, state)).deny) == 1
		}
	}
}

test_all_protocols_are_denied_whatever_the_ports if {
	every protocol in ["-1", "all", "All"] {
		every type, state in forms(protocol, 443, 443, "0.0.0.0/0") {
			verdict(request("create", type, state)) == says({"deny": {open("everything", "0.0.0.0/0")}})
		}
	}
	every type, state in forms("-1", null, null, "0.0.0.0/0") {
		verdict(request("create", type, state)) == says({"deny": {open("everything", "0.0.0.0/0")}})
	}
}

test_a_rule_without_a_protocol_is_for_all if {
	state := {"ingress": [{"from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}]}
	asked := request("create", "aws_security_group", state)
	verdict(asked) == says({"deny": {open("everything", "0.0.0.0/0")}})
}

test_protocols_may_be_numbers if {
	every number, name in {"6": "tcp", "17": "udp"} {
		every type, state in forms(number, 22, 22, "0.0.0.0/0") {
			verdict(request("create", type, state)) == says({"deny": {open(sprintf("%s 22", [name]), "0.0.0.0/0")}})
		}
	}
}

test_protocols_without_ports_are_a_parameter if {
	every protocol in ["icmp", "icmpv6", "1", "58"] {
		every type, state in forms(protocol, -1, -1, "0.0.0.0/0") {
			verdict(request("create", type, state)) == says({})
			count(verdict_with(request("create", type, state), {"allowed_protocols": []}).deny) == 1
		}
	}
	every type, state in forms("esp", 0, 1, "0.0.0.0/0") {
		verdict(request("create", type, state)) == says({"deny": {open("protocol esp", "0.0.0.0/0")}})
		verdict_with(request("create", type, state), {"allowed_protocols": ["esp"]}) == says({})
	}
}

test_wide_ranges_are_the_world if {
	every source in ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "32.0.0.0/7", "::/0", "2000::/3", "0000:0000::/0", "2001:db8::/31"] {
		every type, state in forms("tcp", 22, 22, source) {
			verdict(request("create", type, state)) == says({"deny": {open("tcp 22", source)}})
		}
	}
}

test_what_cannot_be_read_as_a_range_is_the_world if {
	every source in ["", "anywhere", "10.0.0.1", "10.0.0.0/", "/8"] {
		every type, state in forms("tcp", 22, 22, source) {
			verdict(request("create", type, state)) == says({"deny": {open("tcp 22", source)}})
		}
	}
}

test_narrow_and_private_ranges_pass if {
	every source in ["10.0.0.0/8", "203.0.113.7/32", "2001:db8::/32", "fd00::/8", "FC00::/7"] {
		every type, state in forms("-1", 0, 0, source) {
			verdict(request("create", type, state)) == says({})
		}
	}
}

test_what_the_world_is_is_a_parameter if {
	parameters := {"world_prefix_ipv4": 16, "world_prefix_ipv6": 48}
	every source in ["10.0.0.0/15", "2001:db8::/47"] {
		every type, state in forms("tcp", 22, 22, source) {
			verdict_with(request("create", type, state), parameters) == says({"deny": {open("tcp 22", source)}})
			verdict(request("create", type, state)) == says({})
		}
	}
}

test_addresses_of_both_versions_are_judged if {
	six := {
		"aws_security_group": {"ingress": [object.union(
			inline("tcp", 22, 22, "10.0.0.0/8"),
			{"ipv6_cidr_blocks": ["fd00::/8", "::/0"]},
		)]},
		"aws_security_group_rule": {
			"type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22,
			"cidr_blocks": null, "ipv6_cidr_blocks": ["::/0"],
		},
		"aws_vpc_security_group_ingress_rule": {
			"ip_protocol": "tcp", "from_port": 22, "to_port": 22,
			"cidr_ipv4": null, "cidr_ipv6": "::/0",
		},
	}
	every type, state in six {
		verdict(request("create", type, state)) == says({"deny": {open("tcp 22", "::/0")}})
	}
}

test_each_rule_and_each_range_is_judged if {
	state := {"ingress": [
		inline("tcp", 443, 443, "0.0.0.0/0"),
		object.union(inline("tcp", 22, 22, ""), {"cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"]}),
		inline("tcp", 3389, 3389, "0.0.0.0/0"),
	]}
	verdict(request("update", "aws_security_group", state)) == says({"deny": {
		open("tcp 22", "0.0.0.0/0"),
		open("tcp 3389", "0.0.0.0/0"),
	}})
}

test_other_sources_than_addresses_pass if {
	rule := {
		"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": [], "ipv6_cidr_blocks": null,
		"self": true, "security_groups": ["sg-1"],
	}
	verdict(request("create", "aws_security_group", {"ingress": [rule, null]})) == says({})
}

test_a_group_without_rules_passes if {
	every group in groups {
		verdict(not_known(request("create", group, {}), "ingress")) == says({})
		verdict(request("create", group, {"ingress": [], "egress": [inline("-1", 0, 0, "0.0.0.0/0")]})) == says({})
	}
}

test_outgoing_rules_pass if {
	state := object.union(inline("-1", 0, 0, "0.0.0.0/0"), {"type": "egress"})
	verdict(request("create", "aws_security_group_rule", state)) == says({})
	six := {"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}
	verdict(request("create", "aws_vpc_security_group_egress_rule", six)) == says({})
}

test_what_is_not_known_yet_is_reviewed if {
	every type, paths in {
		"aws_default_security_group": ["ingress.0", "ingress.0.cidr_blocks"],
		"aws_security_group": ["ingress.0.cidr_blocks.1", "ingress.12.ipv6_cidr_blocks"],
		"aws_security_group_rule": ["cidr_blocks", "ipv6_cidr_blocks.0", "type"],
		"aws_vpc_security_group_ingress_rule": ["cidr_ipv4", "cidr_ipv6"],
	} {
		every path in paths {
			every operation in ["create", "update"] {
				verdict(not_known(request(operation, type, {}), path)) == says({"review": {unclear(path)}})
			}
		}
	}
}

test_a_rule_whose_ports_are_not_known_yet_is_reviewed if {
	every attribute in ["protocol", "from_port", "to_port"] {
		rule := object.remove(inline("tcp", 22, 22, "0.0.0.0/0"), [attribute])
		path := sprintf("ingress.0.%s", [attribute])
		inside := not_known(request("create", "aws_security_group", {"ingress": [rule]}), path)
		verdict(inside) == says({"review": {unclear(path)}})
		alone := not_known(request("create", "aws_security_group_rule", object.union(rule, {"type": "ingress"})), attribute)
		verdict(alone) == says({"review": {unclear(attribute)}})
	}
	newest := not_known(
		request("create", "aws_vpc_security_group_ingress_rule", {"cidr_ipv4": "0.0.0.0/0"}),
		"ip_protocol",
	)
	verdict(newest) == says({"review": {unclear("ip_protocol")}})
}

test_what_is_not_known_of_one_rule_does_not_hide_another if {
	state := {"ingress": [inline("tcp", 22, 22, "0.0.0.0/0"), {}]}
	asked := not_known(request("create", "aws_security_group", state), "ingress.1.protocol")
	said := verdict(asked)
	said.deny == {open("tcp 22", "0.0.0.0/0")}
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "ec2_no_open_ports: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in [80, ["80"], null] {
		told := "ec2_no_open_ports: parameter allowed_ports must be a list of numbers: correct it"
		verdict_with(asked, {"allowed_ports": wrong}) == says({"deny": {told}})
	}
	every wrong in ["x", [1], {}, null] {
		told := "ec2_no_open_ports: parameter allowed_protocols must be a list of strings: correct it"
		verdict_with(asked, {"allowed_protocols": wrong}) == says({"deny": {told}})
	}
	every wrong in ["10", -1, null] {
		told := "ec2_no_open_ports: parameter world_prefix_ipv4 must be a number from 0: correct it"
		verdict_with(asked, {"world_prefix_ipv4": wrong}) == says({"deny": {told}})
	}
	every wrong in ["10", -1, null] {
		told := "ec2_no_open_ports: parameter world_prefix_ipv6 must be a number from 0: correct it"
		verdict_with(asked, {"world_prefix_ipv6": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		every type, state in forms("tcp", 22, 22, "0.0.0.0/0") {
			verdict(request(operation, type, state)) == says({"warn": {open("tcp 22", "0.0.0.0/0")}})
			verdict(not_known(request(operation, type, {}), "protocol")) == says({})
		}
	}
}

test_what_is_gone_deleted_or_of_another_type_passes if {
	every type, state in forms("tcp", 22, 22, "0.0.0.0/0") {
		verdict(request("refresh", type, null)) == says({})
		verdict(request("delete", type, null)) == says({})
		verdict(request("create", "aws_thing", state)) == says({})
	}
}

test_a_prefix_list_that_holds_the_world_is_reviewed if {
	every type, state in {
		"aws_ec2_managed_prefix_list": {"entry": [{"cidr": "10.0.0.0/8"}, {"cidr": "0.0.0.0/0"}]},
		"aws_ec2_managed_prefix_list_entry": {"cidr": "0.0.0.0/0", "prefix_list_id": "pl-1"},
	} {
		reason := "web: a prefix list with 0.0.0.0/0 opens what names it; see which rules do"
		every operation in ["create", "update"] {
			verdict(request(operation, type, state)) == says({"review": {reason}})
		}
		verdict(request("import", type, state)) == says({})
	}
	every type, path in {
		"aws_ec2_managed_prefix_list": "entry.0.cidr",
		"aws_ec2_managed_prefix_list_entry": "cidr",
	} {
		verdict(request("create", type, {"entry": [{"cidr": null}, {"cidr": "10.0.0.0/8"}], "cidr": "10.0.0.0/8"})) == says({})
		verdict(not_known(request("create", type, {}), path)) == says({"review": {unclear(path)}})
	}
}

inline(protocol, from, to, source) := {
	"protocol": protocol, "from_port": from, "to_port": to,
	"cidr_blocks": [source], "ipv6_cidr_blocks": [], "prefix_list_ids": [],
	"security_groups": [], "self": false,
}

open(what, source) := sprintf("web: %s is open to %s; name the addresses that need it", [what, source])

unclear(path) := sprintf("web: %s is known only after apply; see that it opens nothing", [path])

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
