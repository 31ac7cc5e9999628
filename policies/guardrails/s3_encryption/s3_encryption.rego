# METADATA
# title: S3 buckets and objects are encrypted by an allowed algorithm
# description: |
#   Denies a bucket of provider 3 without default encryption, and every statement of an algorithm that is not
#   allowed: on the bucket, in its encryption configuration, on an object. From version 4 of the provider on a
#   bucket's encryption is a resource of its own.
# related_resources:
#   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
# custom:
#   severity: medium
#   resource_types:
#     - aws_s3_bucket
#     - aws_s3_bucket_object
#     - aws_s3_bucket_server_side_encryption_configuration
#     - aws_s3_object
#     - aws_s3_object_copy
#   operations: [create, update, delete, import, refresh]
#   controls:
#     nist-800-53: ["SC-13", "SC-28"]
package intent

_defaults := {
	# AES256 is what AWS gives to every new bucket. Without it in the list, keys of KMS have to be asked for.
	"allowed_algorithms": ["AES256", "aws:kms", "aws:kms:dsse"],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

_configuration_type := "aws_s3_bucket_server_side_encryption_configuration"

_object_types := {"aws_s3_bucket_object", "aws_s3_object", "aws_s3_object_copy"}

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

review contains reason if {
	_resource.operation in {"create", "update"}
	some reason in _doubts
}

review contains sprintf("%s: without it the bucket falls back to AES256", [_resource.resource_id]) if {
	_resource.operation == "delete"
	_resource.resource_type == _configuration_type
	not "AES256" in _parameters.allowed_algorithms
}

_weaknesses contains reason if {
	some algorithm in _algorithms
	not algorithm in _parameters.allowed_algorithms
	reason := sprintf(
		"%s: encryption by %s is not allowed; take %s",
		[_resource.resource_id, algorithm, concat(" or ", _parameters.allowed_algorithms)],
	)
}

_weaknesses contains reason if {
	_unencrypted
	reason := sprintf(
		"%s: it has no default encryption; name one in apply_server_side_encryption_by_default",
		[_resource.resource_id],
	)
}

_doubts contains sprintf("%s: %s is known only after apply", [_resource.resource_id, path]) if {
	some path in _undecided
}

_doubts contains reason if {
	_decided_elsewhere
	not "AES256" in _parameters.allowed_algorithms
	reason := sprintf(
		"%s: AWS begins with AES256; see that an %s follows",
		[_resource.resource_id, _configuration_type],
	)
}

_algorithms contains algorithm if {
	some rule in _rules
	algorithm := rule.apply_server_side_encryption_by_default[_].sse_algorithm
	is_string(algorithm)
}

# An object may name another algorithm than its bucket; where it names none, the bucket decides.
_algorithms contains algorithm if {
	_resource.resource_type in _object_types
	algorithm := _state.server_side_encryption
	is_string(algorithm)
	algorithm != ""
}

_rules contains rule if {
	_resource.resource_type == "aws_s3_bucket"
	rule := _state.server_side_encryption_configuration[_].rule[_]
}

_rules contains rule if {
	_resource.resource_type == _configuration_type
	rule := _state.rule[_]
}

_unencrypted if {
	_resource.resource_type in {"aws_s3_bucket", _configuration_type}
	is_object(_state)
	count(_algorithms) == 0
	count(_undecided) == 0
	not _decided_elsewhere
}

# The provider computes other members of the blocks.
_undecided contains path if {
	_resource.resource_type in {"aws_s3_bucket", _configuration_type}
	not _decided_elsewhere
	some path in input.plan.unknown
	regex.match(_to_the_algorithm, path)
}

# The blocks on the way to an algorithm, and the algorithm itself.
_to_the_algorithm := concat("", [
	`^(server_side_encryption_configuration|rule)`,
	`(\.([0-9]+|rule|apply_server_side_encryption_by_default))*(\.sse_algorithm)?$`,
])

# Version 4 of the provider took the block from the bucket; it is read back there.
_decided_elsewhere if {
	_resource.resource_type == "aws_s3_bucket"
	to_number(split(_resource.provider_version, ".")[0]) >= 4
	not _state.server_side_encryption_configuration[0]
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("s3_encryption: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("s3_encryption: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
