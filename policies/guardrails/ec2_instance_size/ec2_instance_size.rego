# METADATA
# title: Instances of EC2 are of an allowed size
# description: |
#   Denies an instance type that is not allowed, on an instance and on everything that launches instances. A type
#   that is known only after apply, or chosen by requirements, goes to a person.
# related_resources:
#   - https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
# custom:
#   severity: medium
#   resource_types:
#     - aws_autoscaling_group
#     - aws_ec2_fleet
#     - aws_eks_node_group
#     - aws_instance
#     - aws_launch_configuration
#     - aws_launch_template
#     - aws_spot_fleet_request
#     - aws_spot_instance_request
#   operations: [create, update, import, refresh]
#   controls:
#     nist-800-53: ["CM-6", "SC-6"]
package intent

_defaults := {
	# A type is a family and a size, as in t3.micro: both have to be listed.
	"allowed_families": ["t2", "t3", "t3a", "t4g"],
	"allowed_sizes": ["nano", "micro", "small", "medium", "large"],
	# Types that are allowed besides, spelt out.
	"allowed_types": [],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

_single_types := {"aws_instance", "aws_launch_configuration", "aws_launch_template", "aws_spot_instance_request"}

_resource := input.resource

_state := _resource.proposed_state

deny contains reason if {
	_resource.operation in {"create", "update"}
	some reason in _excesses
}

# Import and refresh change nothing in the cloud: what they find is told, not refused.
warn contains reason if {
	_resource.operation in {"import", "refresh"}
	some reason in _excesses
}

review contains sprintf("%s: %s is known only after apply; see that the size is allowed", [_resource.resource_id, path]) if {
	_resource.operation in {"create", "update"}
	some path in input.plan.unknown
	regex.match(_unknowable[_resource.resource_type], path)
}

review contains reason if {
	_resource.operation in {"create", "update"}
	some chooser in _choosers
	chooser.instance_requirements[0]
	reason := sprintf(
		"%s: instance_requirements choose the type; see that the sizes they admit are allowed",
		[_resource.resource_id],
	)
}

_excesses contains reason if {
	some type in _types
	not _allowed(type)
	reason := sprintf(
		"%s: instance type %s is not allowed; take %s of %s",
		[
			_resource.resource_id, type,
			concat(", ", _parameters.allowed_sizes), concat(", ", array.concat(_parameters.allowed_families, _parameters.allowed_types)),
		],
	)
}

_types contains type if {
	some chooser in _choosers
	type := chooser.instance_type
	is_string(type)
	type != ""
}

_types contains type if {
	_resource.resource_type == "aws_eks_node_group"
	type := _state.instance_types[_]
	is_string(type)
}

# What names a type, or leaves it to requirements.
_choosers contains _state if {
	_resource.resource_type in _single_types
}

_choosers contains chooser if {
	_resource.resource_type == "aws_spot_fleet_request"
	chooser := _state.launch_specification[_]
}

_choosers contains chooser if {
	_resource.resource_type == "aws_spot_fleet_request"
	chooser := _state.launch_template_config[_].overrides[_]
}

_choosers contains chooser if {
	_resource.resource_type == "aws_ec2_fleet"
	chooser := _state.launch_template_config[_].override[_]
}

_choosers contains chooser if {
	_resource.resource_type == "aws_autoscaling_group"
	chooser := _state.mixed_instances_policy[_].launch_template[_].override[_]
}

_allowed(type) if {
	[family, size] := split(type, ".")
	family in _parameters.allowed_families
	size in _parameters.allowed_sizes
}

_allowed(type) if type in _parameters.allowed_types

# The types of a node group that are left out altogether are those of its launch template, or t3.medium.
_unknowable := {
	"aws_autoscaling_group": `^mixed_instances_policy\.0\.launch_template\.0\.override(\.[0-9]+(\.instance_type)?)?$`,
	"aws_ec2_fleet": `^launch_template_config(\.[0-9]+(\.override(\.[0-9]+(\.instance_type)?)?)?)?$`,
	"aws_eks_node_group": `^instance_types\.[0-9]+$`,
	"aws_instance": `^instance_type$`,
	"aws_launch_configuration": `^instance_type$`,
	"aws_launch_template": `^instance_type$`,
	"aws_spot_fleet_request": `^launch_(specification|template_config)(\.[0-9]+(\.overrides(\.[0-9]+)?)?(\.instance_type)?)?$`,
	"aws_spot_instance_request": `^instance_type$`,
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("ec2_instance_size: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("ec2_instance_size: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
