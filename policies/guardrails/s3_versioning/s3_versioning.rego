# METADATA
# title: S3 buckets keep the versions of their objects
# description: |
#   Denies a bucket of provider 3 without versioning, and a versioning resource that does not enable it; where
#   it is asked for, MFA delete too. From version 4 of the provider on versioning is a resource of its own.
# related_resources:
#   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
# custom:
#   severity: medium
#   resource_types: [aws_s3_bucket, aws_s3_bucket_versioning]
#   operations: [create, update, delete, import, refresh]
#   controls:
#     cis-aws: ["2.1.2"]
#     nist-800-53: ["CP-9", "SI-12"]
package intent

_defaults := {
	# Globs of bucket names that need none, for example those of build caches.
	"exempt_buckets": [],
	# That versions can be deleted only with a second factor; the root user alone can switch it on.
	"require_mfa_delete": false,
}

_kinds := {
	"exempt_buckets": "a list of strings",
	"require_mfa_delete": "true or false",
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is(_kinds[name], value)
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

warn contains reason if {
	_resource.operation in {"create", "update"}
	_decided_elsewhere
	not _exempt
	reason := sprintf(
		"%s: versioning is off until an aws_s3_bucket_versioning switches it on",
		[_resource.resource_id],
	)
}

review contains sprintf("%s: %s is known only after apply", [_resource.resource_id, path]) if {
	_resource.operation in {"create", "update"}
	not _exempt
	some path in _undecided
}

review contains sprintf("%s: without it versioning is suspended", [_resource.resource_id]) if {
	_resource.operation == "delete"
	_resource.resource_type == "aws_s3_bucket_versioning"
}

_faults contains sprintf("%s: versioning is off; enable it", [_resource.resource_id]) if {
	_judged
	not _enabled
}

_faults contains sprintf("%s: MFA delete is off; the root user can switch it on", [_resource.resource_id]) if {
	_parameters.require_mfa_delete
	_judged
	not _guarded_by_mfa
}

_judged if {
	_resource.resource_type in {"aws_s3_bucket", "aws_s3_bucket_versioning"}
	is_object(_state)
	count(_undecided) == 0
	not _decided_elsewhere
	not _exempt
}

_enabled if {
	block := _state.versioning[_]
	block.enabled == true
}

_enabled if {
	block := _state.versioning_configuration[_]
	block.status == "Enabled"
}

_guarded_by_mfa if {
	block := _state.versioning[_]
	block.mfa_delete == true
}

_guarded_by_mfa if {
	block := _state.versioning_configuration[_]
	block.mfa_delete == "Enabled"
}

# `versioning` as a whole is unknown where it is left out of a bucket, and then it is off.
_undecided contains path if {
	some path in input.plan.unknown
	regex.match(`^(versioning\.[0-9]+(\.enabled)?|versioning_configuration(\.[0-9]+(\.status)?)?)$`, path)
}

# Version 4 of the provider took the block from the bucket; it is read back there.
_decided_elsewhere if {
	_resource.resource_type == "aws_s3_bucket"
	to_number(split(_resource.provider_version, ".")[0]) >= 4
	not _state.versioning[0]
}

_exempt if {
	pattern := _parameters.exempt_buckets[_]
	is_string(_state.bucket)
	glob.match(pattern, ["/"], _state.bucket)
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("s3_versioning: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("s3_versioning: parameter %s must be %s: correct it", [name, kind]) if {
	some name, kind in _kinds
	not name in object.keys(_parameters)
}

_is("a list of strings", value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}

_is("true or false", value) if is_boolean(value)
