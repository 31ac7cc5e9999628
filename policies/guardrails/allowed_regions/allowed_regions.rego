# METADATA
# title: Resources stay in the allowed AWS regions
# description: |
#   Denies a resource, or a replica of one, outside the allowed regions. Its own region, availability zone or ARN
#   decides; where it has none yet, the region in the project's settings of the provider.
# custom:
#   severity: high
#   resource_types: ["aws_*"]
#   operations: [create, update, import, refresh]
#   controls:
#     nist-800-53: [SA-9(5)]
package intent

_defaults := {
	"regions": ["eu-central-1", "eu-north-1", "eu-west-1", "us-east-1", "us-east-2", "us-west-2"],
	# Types that belong to no region.
	"global_types": [
		"aws_account_*",
		"aws_budgets_*",
		"aws_ce_*",
		"aws_cloudfront_*",
		"aws_globalaccelerator_*",
		"aws_iam_*",
		"aws_organizations_*",
		"aws_route53_delegation_set",
		"aws_route53_health_check",
		"aws_route53_hosted_zone_dnssec",
		"aws_route53_key_signing_key",
		"aws_route53_query_log",
		"aws_route53_record",
		"aws_route53_vpc_association_authorization",
		"aws_route53_zone",
		"aws_route53_zone_association",
		"aws_shield_*",
		"aws_waf_*",
	],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

_resource := input.resource

_state := _resource.proposed_state

deny contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"create", "update"}
	some finding in _findings
}

# What exists already is told, not refused.
warn contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"import", "refresh"}
	some finding in _findings
}

review contains sprintf("%s: its region is not known: set region in the project's settings of the provider", [
	_resource.resource_id,
]) if {
	_resource.operation in {"create", "update", "import"}
	not _is_global
	count(_own_regions | _settled_regions) == 0
}

review contains sprintf("%s: %s is known only after apply: look where it will be", [_resource.resource_id, path]) if {
	not _is_global
	some path in object.get(input, ["plan", "unknown"], [])
	regex.match(`^replica\.\d+(\.region|\.region_name)?$`, path)
}

_findings contains sprintf("%s is not an allowed region: use one of %s", [region, allowed]) if {
	not _is_global
	some region in (_regions | _replica_regions)
	not region in _parameters.regions
	allowed := concat(", ", _parameters.regions)
}

_is_global if not startswith(_resource.resource_type, "aws_")

_is_global if {
	some pattern in _parameters.global_types
	glob.match(pattern, [], _resource.resource_type)
}

_regions := _own_regions if count(_own_regions) > 0

_regions := _settled_regions if count(_own_regions) == 0

_own_regions contains _state.region if _is_filled(_state.region)

_own_regions contains region if {
	some attribute in ["availability_zone", "availability_zones"]
	some zone in _listed(_state[attribute])
	is_string(zone)

	# `eu-west-1a`, and the local zone `us-west-2-lax-1a`.
	[region] := regex.find_n(`^[a-z]+(-[a-z]+)+-\d+`, zone, 1)
}

_own_regions contains region if {
	is_string(_state.arn)
	region := split(_state.arn, ":")[3]
	region != ""
}

_settled_regions contains input.provider_config.region if _is_filled(input.provider_config.region)

_replica_regions contains block[attribute] if {
	is_array(_state.replica)
	some block in _state.replica
	some attribute in ["region", "region_name"]
	_is_filled(block[attribute])
}

_is_filled(value) if {
	is_string(value)
	value != ""
}

_listed(value) := value if is_array(value)

_listed(value) := [value] if not is_array(value)

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("allowed_regions: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("allowed_regions: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
