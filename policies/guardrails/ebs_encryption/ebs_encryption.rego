# METADATA
# title: Volumes of EBS are encrypted
# description: |
#   Denies a volume, a snapshot's copy, or a volume of an instance, a launch template, a launch configuration or a
#   spot request that is not encrypted, a root volume that is left to its image, and the switching off of
#   encryption by default.
# related_resources:
#   - https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html
# custom:
#   severity: high
#   resource_types:
#     - aws_ebs_encryption_by_default
#     - aws_ebs_snapshot_copy
#     - aws_ebs_volume
#     - aws_instance
#     - aws_launch_configuration
#     - aws_launch_template
#     - aws_spot_fleet_request
#     - aws_spot_instance_request
#   operations: [create, update, delete, import, refresh]
#   controls:
#     cis-aws: ["2.2.1"]
#     nist-800-53: ["SC-13", "SC-28"]
package intent

_defaults := {
	# Whether the account encrypts by default where it is left out; see aws_ebs_encryption_by_default.
	"account_encrypts_by_default": false,
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
	some reason in _weaknesses
}

# Import and refresh change nothing in the cloud: what they find is told, not refused.
warn contains reason if {
	_resource.operation in {"import", "refresh"}
	some reason in _weaknesses
}

review contains sprintf("%s: %s is known only after apply", [_resource.resource_id, path]) if {
	_resource.operation in {"create", "update"}
	some path in _undecided
}

review contains reason if {
	_resource.operation in {"create", "update"}
	_root_left_out
	_follows_a_template
	reason := sprintf("%s: its launch template decides whether the root volume is encrypted", [_resource.resource_id])
}

review contains sprintf("%s: without it the account no longer encrypts by default", [_resource.resource_id]) if {
	_resource.operation == "delete"
	_resource.resource_type == "aws_ebs_encryption_by_default"
}

_weaknesses contains sprintf("%s: %s is not true; encrypt the volume", [_resource.resource_id, path]) if {
	some path, volume in _volumes
	not path in _undecided
	not _encrypted(volume)
}

_weaknesses contains reason if {
	_root_left_out
	not _follows_a_template
	reason := sprintf(
		"%s: the image decides whether the root volume is encrypted; add root_block_device with encrypted = true",
		[_resource.resource_id],
	)
}

_weaknesses contains reason if {
	_resource.resource_type == "aws_launch_template"
	is_object(_state)
	count(_volumes) == 0
	count(_undecided) == 0
	not _encrypted_by_default
	reason := sprintf(
		"%s: the image decides whether volumes are encrypted; add block_device_mappings with encrypted = true",
		[_resource.resource_id],
	)
}

_weaknesses contains sprintf("%s: the account no longer encrypts by default; set enabled = true", [_resource.resource_id]) if {
	_resource.resource_type == "aws_ebs_encryption_by_default"
	_state.enabled == false
}

_root_left_out if {
	some launch in _launches
	not launch.root_block_device[0]
	not _encrypted_by_default
}

_follows_a_template if _state.launch_template[0]

# What holds volumes, by the dotted prefix of their paths.
_launches[""] := _state if {
	_resource.resource_type in _instance_types
	is_object(_state)
}

_launches[prefix] := launch if {
	_resource.resource_type == "aws_spot_fleet_request"
	some position
	launch := _state.launch_specification[position]
	is_object(launch)
	prefix := sprintf("launch_specification.%d.", [position])
}

# What must be encrypted, by the dotted path of the attribute that says so.
_volumes["encrypted"] := _state if {
	_resource.resource_type in {"aws_ebs_snapshot_copy", "aws_ebs_volume"}
	is_object(_state)
}

_volumes[path] := volume if {
	some prefix, launch in _launches
	some kind in ["root_block_device", "ebs_block_device"]
	some position
	volume := launch[kind][position]
	is_object(volume)
	object.get(volume, "no_device", null) != true
	path := sprintf("%s%s.%d.encrypted", [prefix, kind, position])
}

_volumes[path] := volume if {
	_resource.resource_type == "aws_launch_template"
	some mapping, position
	volume := _state.block_device_mappings[mapping].ebs[position]
	is_object(volume)
	path := sprintf("block_device_mappings.%d.ebs.%d.encrypted", [mapping, position])
}

_encrypted(volume) if object.get(volume, "encrypted", null) in _true

_encrypted(volume) if {
	object.get(volume, "encrypted", null) in {null, ""}
	_encrypted_by_default
}

_encrypted_by_default if _parameters.account_encrypts_by_default

# Elsewhere unknown means that it was left out, since the provider computes it.
_undecided contains path if {
	some path in input.plan.unknown
	regex.match(_unknowable[_resource.resource_type], path)
}

_unknowable := {
	"aws_ebs_encryption_by_default": `^enabled$`,
	"aws_ebs_snapshot_copy": `^encrypted$`,
	"aws_instance": `^(root|ebs)_block_device\.[0-9]+$`,
	"aws_launch_configuration": `^(root|ebs)_block_device\.[0-9]+$`,
	"aws_launch_template": `^block_device_mappings(\.[0-9]+(\.ebs(\.[0-9]+(\.encrypted)?)?)?)?$`,
	"aws_spot_fleet_request": `^launch_specification(\.[0-9]+(\.(root|ebs)_block_device\.[0-9]+)?)?$`,
	"aws_spot_instance_request": `^(root|ebs)_block_device\.[0-9]+$`,
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("ebs_encryption: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("ebs_encryption: parameter %s must be true or false: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}
