# METADATA
# title: No bucket policy lets everyone in
# description: |
#   Denies a statement that allows any principal, unless a condition narrows it to fixed values that only the
#   owner's side can present, and a policy that cannot be read. A policy known only after apply goes to a person.
# related_resources:
#   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
# custom:
#   severity: critical
#   resource_types:
#     - aws_s3_access_point
#     - aws_s3_bucket
#     - aws_s3_bucket_policy
#     - aws_s3control_access_point_policy
#     - aws_s3control_bucket_policy
#     - aws_s3control_multi_region_access_point_policy
#     - aws_s3control_object_lambda_access_point_policy
#   operations: [create, update, import, refresh]
#   controls:
#     cis-aws: ["2.1.4"]
#     nist-800-53: ["AC-3", "AC-6", "SC-7"]
package intent

_defaults := {
	# Globs of bucket names that are meant to be public, for example those of websites.
	"public_buckets": [],
	# Condition keys that narrow a statement when they are compared with fixed values, as AWS reads them.
	"narrowing_conditions": [
		"aws:PrincipalAccount",
		"aws:PrincipalArn",
		"aws:PrincipalOrgID",
		"aws:PrincipalOrgPaths",
		"aws:SourceAccount",
		"aws:SourceArn",
		"aws:SourceIp",
		"aws:SourceOwner",
		"aws:SourceVpc",
		"aws:SourceVpce",
		"aws:userid",
		"aws:VpcSourceIp",
		"s3:DataAccessPointAccount",
		"s3:DataAccessPointArn",
	],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

# Operators that hold only where the key is there and equal; not their IfExists and ForAllValues forms.
_narrowing_operators := {
	"arnequals", "arnlike", "ipaddress",
	"stringequals", "stringequalsignorecase", "stringlike",
}

# Shorter prefixes are what AWS calls public.
_shortest_prefix_ipv4 := 8

_shortest_prefix_ipv6 := 32

_types := {
	"aws_s3_access_point",
	"aws_s3_bucket",
	"aws_s3_bucket_policy",
	"aws_s3control_access_point_policy",
	"aws_s3control_bucket_policy",
	"aws_s3control_object_lambda_access_point_policy",
}

# Holds its policy in a block.
_detailed_type := "aws_s3control_multi_region_access_point_policy"

_resource := input.resource

_state := _resource.proposed_state

deny contains reason if {
	_resource.operation in {"create", "update"}
	some reason in (_openings | _unreadable)
}

# Import and refresh change nothing in the cloud: what they find is told, not refused.
warn contains reason if {
	_resource.operation in {"import", "refresh"}
	some reason in (_openings | _unreadable)
}

review contains sprintf("%s: the policy is known only after apply", [_resource.resource_id]) if {
	_resource.operation in {"create", "update"}
	some path in input.plan.unknown
	_holds_the_policy(path)
	not _decided_elsewhere
	not _meant_to_be_public
}

_openings contains reason if {
	not _meant_to_be_public
	some position, statement in _statements
	_allows(statement)
	_names_everyone(statement)
	not _narrowed(statement)
	reason := sprintf(
		"%s: statement %d of the policy lets everyone in; name principals, or add a condition such as aws:SourceVpce",
		[_resource.resource_id, position],
	)
}

_unreadable contains sprintf("%s: the policy is not JSON; correct it", [_resource.resource_id]) if {
	text := _text
	not json.is_valid(text)
}

_unreadable contains sprintf("%s: the policy has no statements that can be read; correct it", [_resource.resource_id]) if {
	json.is_valid(_text)
	not _has_statements
}

_holds_the_policy("policy") if _resource.resource_type in _types

_holds_the_policy(path) if {
	_resource.resource_type == _detailed_type
	regex.match(`^details\.0(\.policy)?$`, path)
}

_text := text if {
	text := _given
	is_string(text)
	trim_space(text) != ""
}

_given := _state.policy if _resource.resource_type in _types

_given := _state.details[0].policy if _resource.resource_type == _detailed_type

_statements := [statement |
	json.is_valid(_text)
	some value in _members(json.unmarshal(_text), "statement")
	some statement in _listed(value)
]

_has_statements if {
	count(_statements) > 0
	every statement in _statements {
		is_object(statement)
	}
}

_allows(statement) if {
	some effect in _members(statement, "effect")
	is_string(effect)
	lower(effect) == "allow"
}

_names_everyone(statement) if {
	walk(_members(statement, "principal"), [_, value])
	is_string(value)
	contains(value, "*")
}

_names_everyone(statement) if count(_members(statement, "notprincipal")) > 0

_narrowed(statement) if {
	some conditions in _members(statement, "condition")
	is_object(conditions)
	some operator, comparisons in conditions
	trim_prefix(lower(operator), "foranyvalue:") in _narrowing_operators
	key := _parameters.narrowing_conditions[_]
	some values in _members(comparisons, lower(key))
	_fixed(_listed(values))
}

_fixed(values) if {
	count(values) > 0
	every value in values {
		is_string(value)
		regex.match(`^[^*?$]+$`, value)
		not _wide(value)
	}
}

_wide(value) if {
	regex.match(`^[0-9.]+/[0-9]+$`, value)
	to_number(split(value, "/")[1]) < _shortest_prefix_ipv4
}

_wide(value) if {
	regex.match(`^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/[0-9]+$`, value)
	to_number(split(value, "/")[1]) < _shortest_prefix_ipv6
}

# AWS reads the names of a policy's members in any case: there may be several of one name.
_members(thing, wanted) := [value |
	is_object(thing)
	some name, value in thing
	lower(name) == wanted
]

_listed(value) := value if is_array(value)

_listed(value) := [value] if not is_array(value)

# From version 4 of the provider these read the policy back that a resource of its own sets.
_decided_elsewhere if {
	_resource.resource_type in {"aws_s3_access_point", "aws_s3_bucket"}
	to_number(split(_resource.provider_version, ".")[0]) >= 4
}

_meant_to_be_public if {
	pattern := _parameters.public_buckets[_]
	is_string(_state.bucket)
	glob.match(pattern, ["/"], _state.bucket)
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("s3_no_public_policy: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("s3_no_public_policy: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
