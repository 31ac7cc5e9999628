# METADATA
# title: Instance metadata is given out against a token only
# description: |
#   Denies an instance, or what launches instances, whose metadata service answers without a session token
#   (IMDSv1), so that a request forged through an application cannot read the credentials of its role.
# related_resources:
#   - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
# custom:
#   severity: high
#   resource_types:
#     - aws_ec2_instance_metadata_defaults
#     - aws_instance
#     - aws_launch_configuration
#     - aws_launch_template
#     - aws_spot_instance_request
#   operations: [create, update, delete, import, refresh]
#   controls:
#     cis-aws: ["5.6"]
#     nist-800-53: ["AC-3", "AC-6"]
package intent

_defaults := {
	# Whether the account asks for tokens where nothing is said; see aws_ec2_instance_metadata_defaults.
	"account_requires_tokens": false,
	# Through how many routers an answer may go; 2 lets containers read it, 64 is the most that AWS takes.
	"max_hop_limit": 64,
}

_kinds := {
	"account_requires_tokens": "true or false",
	"max_hop_limit": "a number from 0",
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is(_kinds[name], value)
}

_defaults_type := "aws_ec2_instance_metadata_defaults"

_instance_types := {
	"aws_instance",
	"aws_launch_configuration",
	"aws_launch_template",
	"aws_spot_instance_request",
}

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

review contains sprintf("%s: %s is known only after apply; see that it asks for tokens", [_resource.resource_id, path]) if {
	_resource.operation in {"create", "update"}
	some path in _undecided
}

review contains sprintf("%s: its launch template decides whether metadata takes a token", [_resource.resource_id]) if {
	_resource.operation in {"create", "update"}
	_unsaid
	_follows_a_template
}

review contains sprintf("%s: without it the account no longer asks for tokens", [_resource.resource_id]) if {
	_resource.operation == "delete"
	_resource.resource_type == _defaults_type
}

_weaknesses contains sprintf("%s: metadata can be read without a token; set http_tokens = \"required\"", [_resource.resource_id]) if {
	some options in _options
	not _asks_for_tokens(options)
}

_weaknesses contains reason if {
	_unsaid
	not _follows_a_template
	reason := sprintf(
		"%s: metadata can be read without a token; add metadata_options with http_tokens = \"required\"",
		[_resource.resource_id],
	)
}

_weaknesses contains reason if {
	some options in _options
	options.http_put_response_hop_limit > _parameters.max_hop_limit
	reason := sprintf(
		"%s: http_put_response_hop_limit is %d; set it to %d or less",
		[_resource.resource_id, options.http_put_response_hop_limit, _parameters.max_hop_limit],
	)
}

_options contains _state if {
	_resource.resource_type == _defaults_type
	is_object(_state)
	count(_undecided) == 0
}

_options contains options if {
	_resource.resource_type in _instance_types
	options := _state.metadata_options[_]
	is_object(options)
}

_asks_for_tokens(options) if options.http_tokens == "required"

_asks_for_tokens(options) if options.http_endpoint == "disabled"

_asks_for_tokens(options) if {
	_resource.resource_type in _instance_types
	object.get(options, "http_tokens", null) in {null, ""}
	_tokens_by_default
}

# The provider computes them: unknown, like nothing, means that they were left out.
_unsaid if {
	_resource.resource_type in _instance_types
	is_object(_state)
	not _state.metadata_options[0]
	not _tokens_by_default
}

_tokens_by_default if _parameters.account_requires_tokens

_follows_a_template if _state.launch_template[0]

_undecided contains path if {
	_resource.resource_type in _instance_types
	some path in input.plan.unknown
	regex.match(`^metadata_options\.[0-9]+$`, path)
}

_undecided contains "http_tokens" if {
	_resource.resource_type == _defaults_type
	"http_tokens" in input.plan.unknown
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("ec2_imdsv2: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("ec2_imdsv2: parameter %s must be %s: correct it", [name, kind]) if {
	some name, kind in _kinds
	not name in object.keys(_parameters)
}

_is("true or false", value) if is_boolean(value)

_is("a number from 0", value) if {
	is_number(value)
	value >= 0
}
