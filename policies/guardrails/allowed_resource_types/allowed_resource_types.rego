# METADATA
# title: Only allowed types of resources are made
# description: |
#   Denies a resource whose type is not allowed, or is named as not allowed. By default every type is allowed but
#   those that make credentials which never expire, those that change the organization or the account, and those
#   that make resources of any type, which no other guardrail would see.
# custom:
#   severity: medium
#   resource_types: ["*"]
#   operations: [create, update, import, refresh]
#   controls:
#     nist-800-53: [CM-7]
package intent

_defaults := {
	"allowed": ["*"],
	"not_allowed": [
		"aws_account_*",
		"aws_cloudcontrolapi_resource",
		"aws_cloudformation_stack*",
		"aws_iam_access_key",
		"aws_iam_account_*",
		"aws_iam_user_login_profile",
		"aws_organizations_*",
		"aws_serverlessapplicationrepository_cloudformation_stack",
		"aws_servicecatalog_provisioned_product",
		"awscc_*",
	],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

_resource := input.resource

deny contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"create", "update"}
	some finding in _findings
}

# What exists already is told, not refused.
warn contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"import", "refresh"}
	some finding in _findings
}

_findings contains sprintf("%s is not among the allowed types (%s): use one of them", [_resource.resource_type, allowed]) if {
	not _is_matched(_parameters.allowed)
	allowed := concat(", ", _parameters.allowed)
}

_findings contains sprintf("%s is not allowed (%s): use another type", [_resource.resource_type, pattern]) if {
	some pattern in _parameters.not_allowed
	_is_matched([pattern])
}

_is_matched(patterns) if {
	some pattern in patterns
	glob.match(pattern, [], _resource.resource_type)
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("allowed_resource_types: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("allowed_resource_types: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
