# METADATA
# title: Databases of RDS encrypt their storage
# description: |
#   Denies an instance or cluster of RDS, Aurora, DocumentDB or Neptune whose storage is not encrypted, or, where
#   keys are named, not by one of them. What takes its encryption from a snapshot or a source goes to a person.
# related_resources:
#   - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
# custom:
#   severity: high
#   resource_types:
#     - aws_db_instance
#     - aws_docdb_cluster
#     - aws_neptune_cluster
#     - aws_rds_cluster
#     - aws_rds_global_cluster
#   operations: [create, update, import, refresh]
#   controls:
#     cis-aws: ["2.3.1"]
#     nist-800-53: ["SC-13", "SC-28"]
package intent

_defaults := {
	# Globs of the ARNs of keys that may be used; none means any, the one that AWS manages too.
	"kms_keys": [],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

_key_attributes := {
	"aws_db_instance": "kms_key_id",
	"aws_docdb_cluster": "kms_key_id",
	"aws_neptune_cluster": "kms_key_arn",
	"aws_rds_cluster": "kms_key_id",
}

# The provider does not compute their encryption: unknown means that it depends on something.
_never_computed := {"aws_db_instance", "aws_docdb_cluster", "aws_neptune_cluster"}

_types := {"aws_rds_global_cluster"} | object.keys(_key_attributes)

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

review contains sprintf("%s: storage_encrypted is known only after apply", [_resource.resource_id]) if {
	_resource.operation in {"create", "update"}
	_undecided
}

review contains reason if {
	_resource.operation in {"create", "update"}
	_resource.resource_type in _types
	_inherits
	reason := sprintf(
		"%s: it takes its encryption from what it is made of; see that this is encrypted, or set storage_encrypted",
		[_resource.resource_id],
	)
}

_weaknesses contains sprintf("%s: its storage is not encrypted; set storage_encrypted = true", [_resource.resource_id]) if {
	_resource.resource_type in _types
	is_object(_state)
	not _encrypted
	not _inherits
	not _undecided
}

_weaknesses contains reason if {
	count(_parameters.kms_keys) > 0
	_state.storage_encrypted == true
	attribute := _key_attributes[_resource.resource_type]
	not _key_allowed
	reason := sprintf(
		"%s: its key is not an allowed one; set %s to one of %s",
		[_resource.resource_id, attribute, concat(", ", _parameters.kms_keys)],
	)
}

_encrypted if _state.storage_encrypted == true

# AWS encrypts serverless clusters of version 1 whatever is asked for.
_encrypted if {
	_resource.resource_type == "aws_rds_cluster"
	_state.engine_mode == "serverless"
	_left_open
}

_inherits if {
	_left_open
	some attribute in ["replicate_source_db", "snapshot_identifier", "source_db_cluster_identifier"]
	is_string(_state[attribute])
	_state[attribute] != ""
}

_inherits if {
	_left_open
	_state.restore_to_point_in_time[0]
}

_undecided if {
	_resource.resource_type in _never_computed
	"storage_encrypted" in input.plan.unknown
}

_left_open if {
	is_object(_state)
	object.get(_state, "storage_encrypted", null) == null
}

_key_allowed if {
	attribute := _key_attributes[_resource.resource_type]
	pattern := _parameters.kms_keys[_]
	is_string(_state[attribute])
	glob.match(pattern, ["/"], _state[attribute])
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("rds_encryption: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("rds_encryption: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
