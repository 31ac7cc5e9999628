# METADATA
# title: Resources are named by the convention
# description: |
#   Denies a resource whose name does not match the pattern of its type. By default: lower-case words joined by
#   hyphens for the types whose names people meet most. Where only a prefix is given, the name is judged as the
#   provider will complete it.
# custom:
#   severity: low
#   resource_types: ["*"]
#   operations: [create, update, import, refresh]
#   controls:
#     nist-800-53: [CM-8]
package intent

_words := `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`

_words_or_fifo := `^[a-z][a-z0-9]*(-[a-z0-9]+)*(\.fifo)?$`

_defaults := {
	# Type, or "*" for those without a pattern of their own, to the pattern of its names.
	"patterns": {
		"aws_db_instance": _words,
		"aws_dynamodb_table": _words,
		"aws_ecs_cluster": _words,
		"aws_eks_cluster": _words,
		"aws_lambda_function": _words,
		"aws_lb": _words,
		"aws_rds_cluster": _words,
		"aws_s3_bucket": _words,
		"aws_sns_topic": _words_or_fifo,
		"aws_sqs_queue": _words_or_fifo,
	},
	# Type to the attribute that is its name, where it is not `name`; a dotted path such as `tags.Name` will do.
	"attributes": {
		"aws_db_instance": "identifier",
		"aws_ecs_task_definition": "family",
		"aws_elasticache_cluster": "cluster_id",
		"aws_elasticache_replication_group": "replication_group_id",
		"aws_elasticsearch_domain": "domain_name",
		"aws_lambda_function": "function_name",
		"aws_rds_cluster": "cluster_identifier",
		"aws_redshift_cluster": "cluster_identifier",
		"aws_s3_bucket": "bucket",
	},
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_fits(name, value)
}

_resource := input.resource

_state := _resource.proposed_state

_pattern := object.get(_parameters.patterns, [_resource.resource_type], object.get(_parameters.patterns, ["*"], null))

_attribute := object.get(_parameters.attributes, [_resource.resource_type], "name")

_path := split(_attribute, ".")

deny contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"create", "update"}
	some finding in _findings
}

# What exists already is told, not refused.
warn contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"import", "refresh"}
	some finding in _findings
}

review contains sprintf("%s: %s is known only after apply: give it", [_resource.resource_id, _attribute]) if {
	is_string(_pattern)
	_is_left_to_apply
}

_findings contains sprintf("%s %q does not match %s: rename it", [_attribute, name, _pattern]) if {
	is_string(_pattern)
	some name in _names
	not regex.match(_pattern, name)
}

# A type without the attribute has no name.
_findings contains sprintf("it has no %s: give it one that matches %s", [_attribute, _pattern]) if {
	is_string(_pattern)
	is_object(_state)
	_path[0] in object.keys(_state)
	count(_names) == 0
	not _is_left_to_apply
}

# The name, if there is one.
_names contains _given if is_string(_given)

# What the provider completes a prefix with: the moment in digits, and a number.
_names contains sprintf("%s20260102030405678900000001", [prefix]) if {
	not is_string(_given)
	prefix := _state[sprintf("%s_prefix", [_attribute])]
	is_string(prefix)
}

_is_left_to_apply if {
	some path in object.get(input, ["plan", "unknown"], [])
	path in {_attribute, _path[0]}
	count(_names) == 0
}

default _given := null

_given := object.get(_state, _path, null) if is_object(_state)

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("naming_convention: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("naming_convention: parameter %s must be %s: correct it", [name, kind]) if {
	some name, kind in {"patterns": "an object of regular expressions", "attributes": "an object of attributes"}
	not name in object.keys(_parameters)
}

_fits("patterns", value) if {
	is_object(value)
	every pattern in value {
		is_string(pattern)
		regex.is_valid(pattern)
	}
}

_fits("attributes", value) if {
	is_object(value)
	every attribute in value {
		is_string(attribute)
	}
}
