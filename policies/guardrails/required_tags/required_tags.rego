# METADATA
# title: Every resource that can carry tags has the required ones
# description: |
#   Denies a create or an update that leaves a taggable resource without a required tag, or with a value that is
#   not among the allowed ones. Default tags of the provider count. By default: a filled `owner`, in any case.
# custom:
#   severity: medium
#   resource_types: ["*"]
#   operations: [create, update, import, refresh]
#   controls:
#     nist-800-53: [CM-8]
package intent

_defaults := {
	"keys": ["owner"],
	"allowed_values": {},
	"patterns": {},
	"exact_case": false,
	"exempt_types": [],
}

_kinds := {
	"keys": "a list of strings",
	"allowed_values": "an object of lists of strings",
	"patterns": "an object of regular expressions",
	"exact_case": "true or false",
	"exempt_types": "a list of strings",
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_fits(_kinds[name], value)
}

_resource := input.resource

_state := _resource.proposed_state

_unknown := {_cased(path) | some path in object.get(input, ["plan", "unknown"], [])}

deny contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"create", "update"}
	_is_judged
	some finding in (_missing | _wrong)
}

# What exists already is told, not refused: importing it is the first step to mend it.
warn contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"import", "refresh"}
	_is_judged
	some finding in (_missing | _wrong)
}

review contains sprintf("%s: the tag %s is known only after apply", [_resource.resource_id, key]) if {
	_is_judged
	some key in _parameters.keys
	not _has(key)
	_is_unknown(key)
}

_missing contains sprintf("the tag %s is missing or empty: add it to tags", [key]) if {
	some key in _parameters.keys
	not _has(key)
	not _is_unknown(key)
}

_wrong contains sprintf("the tag %s is %q: use one of %s", [key, value, concat(", ", sort(allowed))]) if {
	some key, allowed in _parameters.allowed_values
	some [named, value] in _tags
	named == _cased(key)
	not value in allowed
}

_wrong contains sprintf("the tag %s is %q: write it as %s", [key, value, pattern]) if {
	some key, pattern in _parameters.patterns
	some [named, value] in _tags
	named == _cased(key)
	not regex.match(pattern, value)
}

_is_judged if {
	_is_taggable
	not _is_exempt
}

# A type that can carry tags has the attribute even where it is null.
_is_taggable if {
	some attribute in ["tag", "tags"]
	is_object(_state)
	attribute in object.keys(_state)
}

_is_taggable if "tags" in _unknown

_is_exempt if {
	some pattern in _parameters.exempt_types
	glob.match(pattern, [], _resource.resource_type)
}

_has(key) if {
	some [named, value] in _tags
	named == _cased(key)
	trim_space(value) != ""
}

# `tags` as a whole, or the one alone, may depend on what only apply tells.
_is_unknown(key) if {
	some path in ["tags", sprintf("tags.%s", [_cased(key)])]
	path in _unknown
}

# Each tag as key and value: `tags` and `tags_all` are maps, `tag` of an autoscaling group is a list of blocks.
_tags contains [_cased(key), value] if {
	some attribute in ["tags", "tags_all"]
	is_object(_state[attribute])
	some key, value in _state[attribute]
	is_string(value)
}

_tags contains [_cased(block.key), block.value] if {
	some attribute in ["tag", "tags"]
	is_array(_state[attribute])
	some block in _state[attribute]
	is_string(block.key)
	is_string(block.value)
}

_cased(text) := lower(text) if _parameters.exact_case == false

_cased(text) := text if _parameters.exact_case == true

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("required_tags: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("required_tags: parameter %s must be %s: correct it", [name, kind]) if {
	some name, kind in _kinds
	not name in object.keys(_parameters)
}

_fits("a list of strings", value) if _is_list_of_strings(value)

_fits("true or false", value) if is_boolean(value)

_fits("an object of lists of strings", value) if {
	is_object(value)
	every item in value {
		_is_list_of_strings(item)
	}
}

_fits("an object of regular expressions", value) if {
	is_object(value)
	every item in value {
		is_string(item)
		regex.is_valid(item)
	}
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
