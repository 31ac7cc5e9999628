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

_defaults := {
	# Globs of the identifiers of databases that may be deleted, for example those of tests.
	"exempt_identifiers": [],
	# A replica can be made anew from its source.
	"exempt_replicas": false,
}

_kinds := {
	"exempt_identifiers": "a list of strings",
	"exempt_replicas": "true or false",
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is(_kinds[name], value)
}

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
	pattern := _parameters.exempt_identifiers[_]
	identifier := _state[_identifiers[_resource.resource_type]]
	is_string(identifier)
	glob.match(pattern, ["/"], identifier)
}

_exempt if {
	_parameters.exempt_replicas
	is_string(_state.replicate_source_db)
	_state.replicate_source_db != ""
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("rds_deletion_protection: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("rds_deletion_protection: parameter %s must be %s: correct it", [name, kind]) if {
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
