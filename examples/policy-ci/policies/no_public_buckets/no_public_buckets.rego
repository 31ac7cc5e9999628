# METADATA
# title: No bucket is made public by its ACL
# description: |
#   Denies an S3 bucket whose canned ACL lets anybody in. Which ACLs do so is a parameter, `public_acls`.
# custom:
#   severity: high
#   resource_types: ["aws_s3_bucket"]
#   operations: ["create", "update"]
package intent

_public := object.get(data.parameters, "public_acls", ["public-read", "public-read-write"])

deny contains sprintf("%s: the ACL %s lets anybody in", [input.resource.resource_id, acl]) if {
	acl := input.resource.proposed_state.acl
	acl in _public
}
