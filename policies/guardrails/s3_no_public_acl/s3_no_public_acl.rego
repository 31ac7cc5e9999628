# METADATA
# title: No S3 bucket or object is opened to the public by an access control list
# description: |
#   Denies a canned ACL or a grant that lets anyone, or anyone with an AWS account, read or write, and the
#   switching off of the protection against them. What is known only after apply, and the removal of a
#   protection, go to a person.
# related_resources:
#   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
# custom:
#   severity: high
#   resource_types:
#     - aws_s3_access_point
#     - aws_s3_account_public_access_block
#     - aws_s3_bucket
#     - aws_s3_bucket_acl
#     - aws_s3_bucket_object
#     - aws_s3_bucket_public_access_block
#     - aws_s3_object
#     - aws_s3_object_copy
#   operations: [create, update, delete, import, refresh]
#   controls:
#     cis-aws: ["2.1.4"]
#     nist-800-53: ["AC-3", "AC-6", "SC-7"]
package intent

_defaults := {
	# Globs of bucket names that are meant to be public, for example those of websites.
	"public_buckets": [],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

_acl_types := {
	"aws_s3_bucket",
	"aws_s3_bucket_acl",
	"aws_s3_bucket_object",
	"aws_s3_object",
	"aws_s3_object_copy",
}

_block_types := {"aws_s3_account_public_access_block", "aws_s3_bucket_public_access_block"}

_public_acls := {"authenticated-read", "public-read", "public-read-write"}

_public_groups := {
	"http://acs.amazonaws.com/groups/global/AllUsers",
	"http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
}

_protections := {"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"}

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
	not _meant_to_be_public
	some path in _undecided
}

review contains sprintf("%s: without it the public is no longer kept out", [_resource.resource_id]) if {
	_resource.operation == "delete"
	_resource.resource_type in _block_types
}

_openings contains reason if {
	not _meant_to_be_public
	some reason in (_public_grants | _switched_off)
}

_public_grants contains sprintf("%s: ACL %q opens it to the public; take %q", [_resource.resource_id, _state.acl, "private"]) if {
	_resource.resource_type in _acl_types
	_state.acl in _public_acls
}

_public_grants contains sprintf("%s: a grant to %s opens it to the public; remove it", [_resource.resource_id, group]) if {
	_resource.resource_type in _acl_types
	some block in ["grant", "access_control_policy"]
	walk(_state[block], [path, group])
	path[count(path) - 1] == "uri"
	group in _public_groups
}

_switched_off contains sprintf("%s: %s is off; set it to true", [_resource.resource_id, path]) if {
	some prefix, guard in _guards
	some protection in _protections
	object.get(guard, protection, false) != true
	path := concat("", [prefix, protection])
	not path in _unknown
}

# Where the four protections stand, by the dotted prefix of their paths.
_guards[""] := _state if {
	_resource.resource_type in _block_types
	is_object(_state)
}

_guards[prefix] := guard if {
	_resource.resource_type == "aws_s3_access_point"
	some position
	guard := _state.public_access_block_configuration[position]
	is_object(guard)
	prefix := sprintf("public_access_block_configuration.%d.", [position])
}

_undecided contains "acl" if {
	_resource.resource_type in _acl_types
	"acl" in _unknown
	not _left_to_aws
}

_undecided contains path if {
	_resource.resource_type in _acl_types
	some path in _unknown
	regex.match(`^(grant|access_control_policy)(\.(grant|grantee|[0-9]+))*(\.uri)?$`, path)
	not _left_to_aws
}

_undecided contains path if {
	some prefix, _ in _guards
	some protection in _protections
	path := concat("", [prefix, protection])
	path in _unknown
}

# From version 4 of the provider these are read back where they are not given; AWS starts with private.
_left_to_aws if {
	_resource.resource_type in {"aws_s3_bucket", "aws_s3_object", "aws_s3_object_copy"}
	to_number(split(_resource.provider_version, ".")[0]) >= 4
}

# A canned ACL decides the grants, which are then read back.
_left_to_aws if {
	_resource.resource_type == "aws_s3_bucket_acl"
	is_string(_state.acl)
}

_meant_to_be_public if {
	pattern := _parameters.public_buckets[_]
	is_string(_state.bucket)
	glob.match(pattern, ["/"], _state.bucket)
}

_unknown := {path | some path in input.plan.unknown}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("s3_no_public_acl: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("s3_no_public_acl: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
