# METADATA
# title: Nothing is deleted in production
# description: |
#   Denies a delete, and a replacement (which is a delete), in a project with a production label.
# custom:
#   severity: high
#   resource_types: ["*"]
#   operations: [replace, delete]
#   controls:
#     nist-800-53: [CM-5, CP-9]
package intent

_defaults := {
	# "*" makes every project one of production.
	"labels": ["env:prod", "env:production", "prod", "production"],
	# Types that may be deleted in production all the same.
	"exempt_types": [],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

_resource := input.resource

_labels := object.get(input, ["project", "labels"], null)

deny contains sprintf("%s: %s in production (%s): ask for a waiver, or keep it", [
	_resource.resource_id,
	_effect,
	why,
]) if {
	not _is_exempt
	some why in _production
}

_production contains "every project is" if "*" in _parameters.labels

_production contains sprintf("label %s", [label]) if {
	is_array(_labels)
	some label in _labels
	some named in _parameters.labels
	lower(label) == lower(named)
}

review contains sprintf("%s: %s, and the project's labels are not known", [_resource.resource_id, _effect]) if {
	not _is_exempt
	not is_array(_labels)
	not "*" in _parameters.labels
}

_effect := "it would be deleted" if _resource.operation == "delete"

_effect := sprintf("it would be replaced because of %s", [reason]) if {
	_resource.operation == "update"
	_is_replaced
	reason := concat(", ", _replace_paths)
}

_replace_paths := paths if {
	paths := object.get(input, ["plan", "replace_paths"], [])
	count(paths) > 0
}

_replace_paths := ["a taint"] if count(object.get(input, ["plan", "replace_paths"], [])) == 0

_is_replaced if object.get(input, ["plan", "action"], "") == "replace"

_is_replaced if "delete" in object.get(input, ["plan", "actions"], [])

_is_replaced if count(object.get(input, ["plan", "replace_paths"], [])) > 0

_is_exempt if {
	some pattern in _parameters.exempt_types
	glob.match(pattern, [], _resource.resource_type)
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("no_deletes_in_production: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("no_deletes_in_production: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
