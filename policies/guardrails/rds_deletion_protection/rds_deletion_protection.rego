# METADATA
# title: Databases of RDS are protected against deletion
# description: |
#   Denies an instance or cluster of RDS, Aurora, DocumentDB or Neptune without deletion protection, and an update
#   that switches it off. A value that is known only after apply goes to a person.
# related_resources:
#   - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
# custom:
#   severity: medium
#   resource_types:
#     - aws_db_instance
#     - aws_docdb_cluster
#     - aws_neptune_cluster
#     - aws_rds_cluster
#     - aws_rds_global_cluster
#   operations: [create, update, import, refresh]
#   controls:
#     nist-800-53: ["CM-3", "CP-9"]
package intent

# Globs of the identifiers of databases that may be deleted, for example those of tests.
_exempt_identifiers := object.get(data.parameters, "exempt_identifiers", [])

# A replica can be made anew from its source.
_exempt_replicas := object.get(data.parameters, "exempt_replicas", false)

_identifiers := {
	"aws_db_instance": "identifier",
	"aws_docdb_cluster": "cluster_identifier",
	"aws_neptune_cluster": "cluster_identifier",
	"aws_rds_cluster": "cluster_identifier",
	"aws_rds_global_cluster": "global_cluster_identifier",
}

_resource := input.resource

_state := _resource.proposed_state

deny contains _reason if {
	_resource.operation in {"create", "update"}
	_unprotected
}

# Import and refresh change nothing in the cloud: what they find is told, not refused.
warn contains _reason if {
	_resource.operation in {"import", "refresh"}
	_unprotected
}

review contains sprintf("%s: deletion_protection is known only after apply", [_resource.resource_id]) if {
	_resource.operation in {"create", "update"}
	_identifiers[_resource.resource_type]
	_undecided
	not _exempt
}

_reason := sprintf("%s: anyone may delete it; set deletion_protection = true", [_resource.resource_id])

_unprotected if {
	_identifiers[_resource.resource_type]
	is_object(_state)
	object.get(_state, "deletion_protection", false) != true
	not _undecided
	not _exempt
}

_undecided if "deletion_protection" in input.plan.unknown

_exempt if {
	pattern := _exempt_identifiers[_]
	identifier := _state[_identifiers[_resource.resource_type]]
	is_string(identifier)
	glob.match(pattern, ["/"], identifier)
}

_exempt if {
	_exempt_replicas == true
	is_string(_state.replicate_source_db)
	_state.replicate_source_db != ""
}
