# METADATA
# title: Keys of KMS are rotated every year
# description: |
#   Denies a symmetric key of KMS that AWS does not rotate, or rotates too seldom, and an update that switches
#   rotation off. Keys that cannot be rotated (asymmetric, HMAC, in a store of one's own) are left alone; one with
#   imported material goes to a person.
# related_resources:
#   - https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
# custom:
#   severity: medium
#   resource_types: [aws_kms_external_key, aws_kms_key]
#   operations: [create, update, import, refresh]
#   controls:
#     cis-aws: ["3.6"]
#     nist-800-53: ["SC-12"]
package intent

_defaults := {
	# The longest time between rotations, where the provider lets one choose it; AWS's own is 365 days.
	"max_rotation_days": 365,
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_count(value)
}

_resource := input.resource

_state := _resource.proposed_state

deny contains reason if {
	_resource.operation in {"create", "update"}
	some reason in _faults
}

# Import and refresh change nothing in the cloud: what they find is told, not refused.
warn contains reason if {
	_resource.operation in {"import", "refresh"}
	some reason in _faults
}

review contains sprintf("%s: enable_key_rotation is known only after apply", [_resource.resource_id]) if {
	_resource.operation in {"create", "update"}
	_rotatable
	_undecided
}

review contains sprintf("%s: AWS does not rotate imported key material; somebody has to", [_resource.resource_id]) if {
	_resource.operation == "create"
	_resource.resource_type == "aws_kms_external_key"
}

_faults contains sprintf("%s: it is never rotated; set enable_key_rotation = true", [_resource.resource_id]) if {
	_rotatable
	object.get(_state, "enable_key_rotation", false) != true
	not _undecided
}

_faults contains reason if {
	_rotatable
	_state.rotation_period_in_days > _parameters.max_rotation_days
	reason := sprintf(
		"%s: it is rotated every %d days; set rotation_period_in_days to %d or less",
		[_resource.resource_id, _state.rotation_period_in_days, _parameters.max_rotation_days],
	)
}

_rotatable if {
	_resource.resource_type == "aws_kms_key"
	is_object(_state)
	object.get(_state, "customer_master_key_spec", null) in {"SYMMETRIC_DEFAULT", "", null}
	object.get(_state, "custom_key_store_id", null) in {"", null}
}

_undecided if "enable_key_rotation" in input.plan.unknown

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("kms_rotation: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("kms_rotation: parameter %s must be a number from 0: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_count(value) if {
	is_number(value)
	value >= 0
}
