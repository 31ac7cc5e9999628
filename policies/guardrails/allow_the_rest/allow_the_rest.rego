# METADATA
# title: What nothing else denies or holds for review is allowed
# description: |
#   Allows. A deny or a review of any other policy outweighs it, so that it lets through what the others leave:
#   without a policy that allows, each change of a project with policies waits for a person.
# custom:
#   severity: low
#   resource_types: ["*"]
#   operations: [create, update, delete, import, refresh]
#   controls:
#     nist-800-53: [CM-3]
package intent

_defaults := {
	"resource_types": ["*"],
	"operations": ["create", "update", "delete", "import", "refresh"],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

_resource := input.resource

allow contains sprintf("%s: allowed where no other policy stands against it", [_resource.resource_id]) if {
	_resource.operation in _parameters.operations
	some pattern in _parameters.resource_types
	glob.match(pattern, [], _resource.resource_type)
}

# A parameter that is misspelt or of another kind would allow more than was meant.
deny contains sprintf("allow_the_rest: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("allow_the_rest: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
