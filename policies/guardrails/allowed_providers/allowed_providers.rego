# METADATA
# title: Only allowed providers plan and apply, at allowed versions
# description: |
#   Denies a change by a provider that is not on the list, or by a version outside its constraint. A provider is a
#   program that runs with the cloud's credentials.
# custom:
#   severity: high
#   resource_types: ["*"]
#   operations: [create, update, import, refresh]
#   controls:
#     nist-800-53: [CM-7(5)]
package intent

# Addresses (`*` stands for any characters but `/`), each with a constraint as OpenTofu writes it, "" for any version.
_defaults := {"providers": {"hashicorp/*": ""}}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_object_of_constraints(value)
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

_findings contains sprintf("provider %s is not allowed: use one of %s", [_resource.provider, allowed]) if {
	count(_constraints) == 0
	allowed := concat(", ", sort(object.keys(_parameters.providers)))
}

_findings contains sprintf("%s %s is not an allowed version: use %s", [_resource.provider, version, wanted]) if {
	count(_constraints) > 0
	version := _resource.provider_version
	not _is_met
	wanted := concat(" or ", sort(_constraints))
}

# The constraints of the entries that name the provider.
_constraints contains constraint if {
	some address, constraint in _parameters.providers
	glob.match(address, ["/"], _resource.provider)
}

_is_met if "" in _constraints

_is_met if {
	semver.is_valid(_resource.provider_version)
	some constraint in _constraints
	every part in split(constraint, ",") {
		_holds(_parsed(part))
	}
}

_orders := {"": {0}, "=": {0}, "!=": {-1, 1}, ">": {1}, ">=": {0, 1}, "<": {-1}, "<=": {-1, 0}, "~>": {0, 1}}

_holds(part) if {
	semver.compare(_resource.provider_version, part.version) in _orders[part.operator]
	_is_below_the_end(part)
	_reaches(part)
}

# `~>` lets the last number that is written grow: `~> 3.39` is below 4.0.0, `~> 3.39.1` below 3.40.0.
_is_below_the_end(part) if part.operator != "~>"

_is_below_the_end(part) if {
	part.operator == "~>"
	semver.compare(_resource.provider_version, part.end) < 0
}

# As in OpenTofu, only an exact constraint reaches a version before its release.
_reaches(part) if part.operator in {"", "="}

_reaches(_) if not contains(_resource.provider_version, "-")

_part := `^\s*(=|!=|>=|<=|>|<|~>)?\s*(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*))?(-[0-9A-Za-z.-]+)?\s*$`

_parsed(text) := {"operator": operator, "version": version, "end": end} if {
	[[_, operator, major, minor, patch, before]] := regex.find_all_string_submatch_n(_part, text, 1)
	version := sprintf("%s.%s.%s%s", [major, _or_zero(minor), _or_zero(patch), before])
	end := _end(major, minor, patch)
}

_end(major, _, "") := sprintf("%d.0.0", [to_number(major) + 1])

_end(major, minor, patch) := sprintf("%s.%d.0", [major, to_number(minor) + 1]) if patch != ""

_or_zero("") := "0"

_or_zero(number) := number if number != ""

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("allowed_providers: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("allowed_providers: parameter %s must be an object of version constraints: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_object_of_constraints(value) if {
	is_object(value)
	every constraint in value {
		_is_constraint(constraint)
	}
}

_is_constraint(constraint) if constraint == ""

_is_constraint(constraint) if {
	is_string(constraint)
	every part in split(constraint, ",") {
		regex.match(_part, part)
	}
}
