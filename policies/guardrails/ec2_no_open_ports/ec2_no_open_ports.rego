# METADATA
# title: Security groups open only allowed ports to the world
# description: |
#   Denies an incoming rule of a security group, in any of its forms, that lets wide ranges of addresses reach a port
#   or protocol that is not allowed. Ranges cut in halves are as wide as the whole. What is known only after apply
#   goes to a person.
# related_resources:
#   - https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
# custom:
#   severity: high
#   resource_types:
#     - aws_default_security_group
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_vpc_security_group_ingress_rule
#   operations: [create, update, import, refresh]
#   controls:
#     cis-aws: ["5.2", "5.3"]
#     nist-800-53: ["AC-4", "CM-7", "SC-7"]
package intent

_defaults := {
	# Ports of TCP and UDP that the world may reach.
	"allowed_ports": [80, 443],
	# Protocols without ports that the world may use.
	"allowed_protocols": ["icmp", "icmpv6"],
	# A range with a shorter prefix is the world; AWS draws the same line for buckets.
	"world_prefix_ipv4": 8,
	"world_prefix_ipv6": 32,
}

_kinds := {
	"allowed_ports": "a list of numbers",
	"allowed_protocols": "a list of strings",
	"world_prefix_ipv4": "a number from 0",
	"world_prefix_ipv6": "a number from 0",
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is(_kinds[name], value)
}

_protocol_names := {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}

_resource := input.resource

_state := _resource.proposed_state

deny contains reason if {
	_resource.operation in {"create", "update"}
	some reason in _openings
}

# Import and refresh change nothing in the cloud: what they find is told, not refused.
warn contains reason if {
	_resource.operation in {"import", "refresh"}
	some reason in _openings
}

review contains sprintf("%s: %s is known only after apply; see that it opens nothing", [_resource.resource_id, path]) if {
	_resource.operation in {"create", "update"}
	some path in _unknown
	regex.match(_unknowable[_resource.resource_type], path)
}

# Which ports the rules open that name the list is not known here.
review contains sprintf("%s: a prefix list with %s opens what names it; see which rules do", [_resource.resource_id, source]) if {
	_resource.operation in {"create", "update"}
	some source in _listed_ranges
	_is_the_world(source)
}

_openings contains reason if {
	some prefix, rule in _rules
	some source in rule.sources
	_is_the_world(source)
	not _undecided(prefix)
	not _allowed(rule)
	reason := sprintf(
		"%s: %s is open to %s; name the addresses that need it",
		[_resource.resource_id, _named(rule), source],
	)
}

# The rules in one form, by the dotted prefix of their paths.
_rules[prefix] := _rule(ingress, "protocol", ["cidr_blocks", "ipv6_cidr_blocks"]) if {
	_resource.resource_type in {"aws_default_security_group", "aws_security_group"}
	some position
	ingress := _state.ingress[position]
	is_object(ingress)
	prefix := sprintf("ingress.%d.", [position])
}

_rules[""] := _rule(_state, "protocol", ["cidr_blocks", "ipv6_cidr_blocks"]) if {
	_resource.resource_type == "aws_security_group_rule"
	_state.type == "ingress"
}

_rules[""] := _rule(_state, "ip_protocol", ["cidr_ipv4", "cidr_ipv6"]) if {
	_resource.resource_type == "aws_vpc_security_group_ingress_rule"
	is_object(_state)
}

_listed_ranges contains source if {
	_resource.resource_type == "aws_ec2_managed_prefix_list"
	source := _state.entry[_].cidr
	is_string(source)
}

_listed_ranges contains _state.cidr if {
	_resource.resource_type == "aws_ec2_managed_prefix_list_entry"
	is_string(_state.cidr)
}

_rule(stated, protocol_attribute, source_attributes) := {
	"protocol": object.get(_protocol_names, protocol, protocol),
	"from": object.get(stated, "from_port", null),
	"to": object.get(stated, "to_port", null),
	"sources": {source |
		some attribute in source_attributes
		some source in _listed(object.get(stated, attribute, null))
		is_string(source)
	},
} if {
	protocol := lower(sprintf("%v", [object.get(stated, protocol_attribute, "-1")]))
}

_listed(value) := value if is_array(value)

_listed(value) := [value] if not is_array(value)

# What cannot be read as a range counts as the world.
_is_the_world(source) if not regex.match(`^[0-9A-Fa-f:.]+/[0-9]+$`, source)

_is_the_world(source) if {
	regex.match(`^[0-9.]+/[0-9]+$`, source)
	to_number(split(source, "/")[1]) < _parameters.world_prefix_ipv4
}

# Addresses of fc00::/7 are private.
_is_the_world(source) if {
	regex.match(`^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/[0-9]+$`, source)
	not regex.match(`^[fF][cCdD]`, source)
	to_number(split(source, "/")[1]) < _parameters.world_prefix_ipv6
}

_allowed(rule) if {
	rule.protocol in {"tcp", "udp"}
	is_number(rule.from)
	is_number(rule.to)
	rule.from <= rule.to
	within := {port |
		port := _parameters.allowed_ports[_]
		port >= rule.from
		port <= rule.to
	}
	count(within) == (rule.to - rule.from) + 1
}

_allowed(rule) if rule.protocol in _parameters.allowed_protocols

_named(rule) := "everything" if rule.protocol == "-1"

else := sprintf("protocol %s", [rule.protocol]) if not rule.protocol in {"tcp", "udp"}

else := sprintf("%s %v", [rule.protocol, rule.from]) if rule.from == rule.to

else := sprintf("%s %v to %v", [rule.protocol, rule.from, rule.to])

_undecided(prefix) if {
	some attribute in ["from_port", "ip_protocol", "protocol", "to_port"]
	concat("", [prefix, attribute]) in _unknown
}

_unknown := {path | some path in input.plan.unknown}

# The incoming rules of a group that are left out altogether are none.
_unknowable := {
	"aws_default_security_group": `^ingress\.[0-9]+(\.(protocol|from_port|to_port|(ipv6_)?cidr_blocks(\.[0-9]+)?))?$`,
	"aws_ec2_managed_prefix_list": `^entry\.[0-9]+(\.cidr)?$`,
	"aws_ec2_managed_prefix_list_entry": `^cidr$`,
	"aws_security_group": `^ingress\.[0-9]+(\.(protocol|from_port|to_port|(ipv6_)?cidr_blocks(\.[0-9]+)?))?$`,
	"aws_security_group_rule": `^(type|protocol|from_port|to_port|(ipv6_)?cidr_blocks(\.[0-9]+)?)$`,
	"aws_vpc_security_group_ingress_rule": `^(ip_protocol|from_port|to_port|cidr_ipv[46])$`,
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("ec2_no_open_ports: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("ec2_no_open_ports: parameter %s must be %s: correct it", [name, kind]) if {
	some name, kind in _kinds
	not name in object.keys(_parameters)
}

_is("a list of numbers", value) if {
	is_array(value)
	every item in value {
		is_number(item)
	}
}

_is("a list of strings", value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}

_is("a number from 0", value) if {
	is_number(value)
	value >= 0
}
