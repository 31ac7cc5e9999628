# METADATA
# title: No S3 bucket or object is opened to the public by an access control list
# description: |
#   Denies a canned ACL or a grant that lets anyone, or anyone with an AWS account, read or write, and the
#   switching off of the protection against them. An ACL that is known only after apply goes to a person.
# related_resources:
#   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
# custom:
#   severity: high
#   resource_types:
#     - aws_s3_bucket
#     - aws_s3_bucket_acl
#     - aws_s3_bucket_object
#     - aws_s3_bucket_public_access_block
#     - aws_s3_object
package intent

_acl_types := {"aws_s3_bucket", "aws_s3_bucket_acl", "aws_s3_bucket_object", "aws_s3_object"}

_public_acls := {"authenticated-read", "public-read", "public-read-write"}

_public_groups := {
	"http://acs.amazonaws.com/groups/global/AllUsers",
	"http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
}

_protections := {"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"}

_resource := input.resource

deny contains reason if {
	_resource.operation in {"create", "update"}
	some reason in _openings
}

# Import and refresh change nothing in the cloud: what they find is told, not refused.
warn contains reason if {
	_resource.operation in {"import", "refresh"}
	some reason in _openings
}

review contains sprintf("%s: the ACL is known only after apply", [_resource.resource_id]) if {
	_resource.resource_type in _acl_types
	"acl" in input.plan.unknown
	not _acl_is_left_to_aws
}

# From version 4 of the provider a bucket's own ACL is read back; AWS makes new buckets private.
_acl_is_left_to_aws if {
	_resource.resource_type == "aws_s3_bucket"
	to_number(split(_resource.provider_version, ".")[0]) >= 4
}

_openings contains sprintf("%s: ACL %q opens it to the public", [_resource.resource_id, acl]) if {
	_resource.resource_type in _acl_types
	acl := _resource.proposed_state.acl
	acl in _public_acls
}

_openings contains sprintf("%s: a grant to %s opens it to the public", [_resource.resource_id, group]) if {
	_resource.resource_type in _acl_types
	some block in ["grant", "access_control_policy"]
	walk(_resource.proposed_state[block], [path, group])
	path[count(path) - 1] == "uri"
	group in _public_groups
}

_openings contains sprintf("%s: %s is off", [_resource.resource_id, protection]) if {
	_resource.resource_type == "aws_s3_bucket_public_access_block"
	some protection in _protections
	not _resource.proposed_state[protection]
	not protection in input.plan.unknown
}
