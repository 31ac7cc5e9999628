# METADATA
# title: Instances of EC2 get no public address
# description: |
#   Denies a public IPv4 address on an instance and on what launches instances, a subnet that gives one to whatever
#   starts in it, and an elastic address for an instance. Where nothing is said, the subnet decides: that is denied
#   too, unless all subnets are known to be private.
# related_resources:
#   - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
# custom:
#   severity: high
#   resource_types:
#     - aws_default_subnet
#     - aws_eip
#     - aws_eip_association
#     - aws_instance
#     - aws_launch_configuration
#     - aws_launch_template
#     - aws_spot_fleet_request
#     - aws_spot_instance_request
#     - aws_subnet
#   operations: [create, update, import, refresh]
#   controls:
#     nist-800-53: ["AC-4", "SC-7"]
package intent

_defaults := {
	# Whether it may be left to the subnet, since none of them gives public addresses.
	"subnets_are_private": false,
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	is_boolean(value)
}

_instance_types := {"aws_instance", "aws_launch_configuration", "aws_spot_instance_request"}

# Launch templates hold it as a string, in each way that the provider reads as true.
_true := {true, "1", "t", "T", "true", "True", "TRUE"}

_resource := input.resource

_state := _resource.proposed_state

deny contains reason if {
	_resource.operation in {"create", "update"}
	some reason in (_openings | _attachments)
}

# Import and refresh change nothing in the cloud: what they find is told, not refused.
warn contains reason if {
	_resource.operation in {"import", "refresh"}
	some reason in _openings
}

review contains sprintf("%s: %s is known only after apply; see that it is false", [_resource.resource_id, path]) if {
	_resource.operation in {"create", "update"}
	some path in _undecided
}

review contains sprintf("%s: its launch template decides about a public address", [_resource.resource_id]) if {
	_resource.operation in {"create", "update"}
	_left_to_the_subnet
	_follows_a_template
}

review contains sprintf("%s: AWS lets default subnets give public addresses", [_resource.resource_id]) if {
	_resource.operation in {"create", "update"}
	_resource.resource_type == "aws_default_subnet"
	object.get(_state, "map_public_ip_on_launch", null) == null
}

_openings contains sprintf("%s: %s gives it a public address; set it to false", [_resource.resource_id, path]) if {
	some path, interface in _interfaces
	object.get(interface, "associate_public_ip_address", null) in _true
}

_openings contains sprintf("%s: map_public_ip_on_launch gives public addresses; set it to false", [_resource.resource_id]) if {
	_resource.resource_type in {"aws_default_subnet", "aws_subnet"}
	_state.map_public_ip_on_launch == true
}

_openings contains reason if {
	_left_to_the_subnet
	not _follows_a_template
	reason := sprintf(
		"%s: its subnet decides about a public address; set associate_public_ip_address = false",
		[_resource.resource_id],
	)
}

_openings contains sprintf("%s: it makes %s public; put a load balancer before it", [_resource.resource_id, _state.instance]) if {
	_resource.resource_type == "aws_eip"
	is_string(_state.instance)
	_state.instance != ""
}

# An address of a NAT gateway has an interface too, read back from AWS: only what is asked for is judged.
_attachments contains sprintf("%s: it makes an interface public; put a load balancer before it", [_resource.resource_id]) if {
	_resource.resource_type == "aws_eip"
	"network_interface" in input.plan.changed
	is_string(_state.network_interface)
	_state.network_interface != ""
}

_attachments contains sprintf("%s: it makes an instance public; put a load balancer before it", [_resource.resource_id]) if {
	_resource.resource_type == "aws_eip_association"
}

# What may have a public address, by the dotted path of the attribute that says so.
_interfaces["associate_public_ip_address"] := _state if {
	_resource.resource_type in _instance_types
	is_object(_state)
}

_interfaces[path] := specification if {
	_resource.resource_type == "aws_spot_fleet_request"
	some position
	specification := _state.launch_specification[position]
	is_object(specification)
	path := sprintf("launch_specification.%d.associate_public_ip_address", [position])
}

_interfaces[path] := interface if {
	_resource.resource_type == "aws_launch_template"
	some position
	interface := _state.network_interfaces[position]
	is_object(interface)
	path := sprintf("network_interfaces.%d.associate_public_ip_address", [position])
}

# An interface that exists already gets no address by starting.
_left_to_the_subnet if {
	_resource.resource_type in _instance_types
	is_object(_state)
	_unsaid(_state)
	not _brings_an_interface
	not _private_by_subnet
}

_left_to_the_subnet if {
	_resource.resource_type == "aws_launch_template"
	is_object(_state)
	count(_interfaces) == 0
	count(_undecided) == 0
	not _private_by_subnet
}

_left_to_the_subnet if {
	_resource.resource_type == "aws_launch_template"
	some path, interface in _interfaces
	not path in _undecided
	_unsaid(interface)
	object.get(interface, "device_index", 0) in {0, null}
	object.get(interface, "network_interface_id", "") in {"", null}
	not _private_by_subnet
}

_unsaid(interface) if object.get(interface, "associate_public_ip_address", null) in {null, ""}

_brings_an_interface if _state.network_interface[_].device_index == 0

_brings_an_interface if _state.primary_network_interface[0]

_private_by_subnet if _parameters.subnets_are_private

_follows_a_template if _state.launch_template[0]

# Elsewhere unknown means that it was left out, since the provider computes it.
_undecided contains path if {
	some path in input.plan.unknown
	regex.match(_unknowable[_resource.resource_type], path)
}

_unknowable := {
	"aws_launch_template": `^network_interfaces(\.[0-9]+(\.associate_public_ip_address)?)?$`,
	"aws_spot_fleet_request": `^launch_specification(\.[0-9]+(\.associate_public_ip_address)?)?$`,
	"aws_subnet": `^map_public_ip_on_launch$`,
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("ec2_no_public_ip: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("ec2_no_public_ip: parameter %s must be true or false: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}
