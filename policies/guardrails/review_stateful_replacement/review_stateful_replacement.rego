# METADATA
# title: A person looks before a stateful resource is replaced or deleted
# description: |
#   Holds the replacement, and the deletion, of types that keep data for review, with what forces the replacement
#   and which resources need it.
# custom:
#   severity: high
#   resource_types: ["*"]
#   operations: [replace, delete]
#   controls:
#     nist-800-53: [CM-4, CP-9]
package intent

_defaults := {
	"types": [
		"aws_backup_vault",
		"aws_cloudwatch_log_group",
		"aws_cognito_user_pool",
		"aws_db_instance",
		"aws_docdb_cluster",
		"aws_docdb_cluster_instance",
		"aws_dynamodb_*table",
		"aws_ebs_volume",
		"aws_ecr_repository",
		"aws_efs_file_system",
		"aws_elasticache_*",
		"aws_elasticsearch_domain",
		"aws_fsx_*",
		"aws_glacier_vault",
		"aws_instance",
		"aws_kinesis_stream",
		"aws_kms_*key",
		"aws_lightsail_database",
		"aws_lightsail_instance",
		"aws_memorydb_cluster",
		"aws_mq_broker",
		"aws_msk_cluster",
		"aws_neptune_cluster",
		"aws_opensearch_domain",
		"aws_qldb_ledger",
		"aws_rds_*cluster",
		"aws_redshift_cluster",
		"aws_s3_bucket",
		"aws_secretsmanager_secret",
		"aws_sqs_queue",
		"aws_timestreamwrite_*",
	],
	# Types of the list above, or globs, that hold nothing worth a look here.
	"exempt_types": [],
	# Whether a deletion is held too.
	"deletes": true,
	# How many persons have to look, and who they may be: anybody where nobody is named.
	"approvals": 1,
	"approvers": [],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_fits(name, value)
}

_resource := input.resource

_replace_paths := object.get(input, ["plan", "replace_paths"], [])

review contains reason if {
	some reason in _reasons
	_parameters.approvals == 1
	count(_parameters.approvers) == 0
}

review contains {"msg": reason, "approvals": _parameters.approvals} if {
	some reason in _reasons
	_parameters.approvals > 1
	count(_parameters.approvers) == 0
}

review contains {"msg": reason, "approvals": _parameters.approvals, "approvers": _parameters.approvers} if {
	some reason in _reasons
	count(_parameters.approvers) > 0
}

_reasons contains reason if {
	_is_matched(_parameters.types)
	not _is_matched(_parameters.exempt_types)
	reason := sprintf("%s: %s destroys what it holds%s: see that there is a copy", [
		_resource.resource_id,
		_effect,
		_needed_by,
	])
}

_effect := "deleting it" if {
	_resource.operation == "delete"
	_parameters.deletes == true
}

_effect := sprintf("replacing it because of %s", [concat(", ", _replace_paths)]) if {
	_resource.operation == "update"
	count(_replace_paths) > 0
}

# A taint forces a replacement without any path.
_effect := "replacing it" if {
	_resource.operation == "update"
	count(_replace_paths) == 0
	_is_replaced
}

_is_replaced if object.get(input, ["plan", "action"], "") == "replace"

_is_replaced if "delete" in object.get(input, ["plan", "actions"], [])

_dependents := object.get(input, ["dependents"], [])

_needed_by := "" if count(_dependents) == 0

_needed_by := sprintf(" and is needed by %s", [concat(", ", _dependents)]) if count(_dependents) > 0

_is_matched(patterns) if {
	some pattern in patterns
	glob.match(pattern, [], _resource.resource_type)
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("review_stateful_replacement: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("review_stateful_replacement: parameter %s must be %s: correct it", [name, kind]) if {
	some name, kind in {
		"types": "a list of strings",
		"exempt_types": "a list of strings",
		"deletes": "true or false",
		"approvals": "a whole number from 1 to 10",
		"approvers": "a list of strings",
	}
	not name in object.keys(_parameters)
}

_fits(name, value) if {
	name in {"types", "exempt_types", "approvers"}
	is_array(value)
	every item in value {
		is_string(item)
	}
}

_fits("deletes", value) if is_boolean(value)

_fits("approvals", value) if {
	is_number(value)
	value == round(value)
	value >= 1
	value <= 10
}
