# METADATA
# title: No change reaches further than its project is meant to
# description: |
#   Counts what a change can pull down with it: the resources that need the one that changes, fewer of them where
#   it is destroyed, and the size of the project that it makes grow. Above one threshold a person reviews, above
#   the other it is denied.
# custom:
#   severity: medium
#   resource_types: ["*"]
#   operations: [create, update, delete, import]
#   controls:
#     nist-800-53: [CM-3, CM-4]
package intent

_defaults := {
	# How many resources a project may have.
	"resources_review": 100,
	"resources_deny": 250,
	# How many resources may need one that is changed in place.
	"dependents_review": 5,
	"dependents_deny": 25,
	# How many resources may need one that is deleted or replaced.
	"destroyed_dependents_review": 0,
	"destroyed_dependents_deny": 5,
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_count(value)
}

_resource := input.resource

deny contains reason if {
	_resource.operation != "import"
	some reach in _reaches
	reason := _reason(reach, "deny", "split the change or the project, or ask for a waiver")
}

review contains reason if {
	_resource.operation != "import"
	some reach in _reaches
	reach.count <= _parameters[sprintf("%s_deny", [reach.kind])]
	reason := _reason(reach, "review", "see whether all of it can bear the change")
}

# An import changes nothing in the cloud: it is told, not refused.
warn contains reason if {
	_resource.operation == "import"
	some reach in _reaches
	reason := _reason(reach, "review", "split the project")
}

_reason(reach, answer, advice) := reason if {
	limit := _parameters[sprintf("%s_%s", [reach.kind, answer])]
	reach.count > limit
	reason := sprintf("%s: %s, more than %d: %s", [_resource.resource_id, reach.text, limit, advice])
}

_reaches contains {"kind": "resources", "count": total, "text": text} if {
	_resource.operation in {"create", "import"}
	total := input.project.resource_count + 1
	text := sprintf("the project would have %d resources", [total])
}

_reaches contains {"kind": "dependents", "count": total, "text": text} if {
	_resource.operation == "update"
	not _is_destroyed
	total := count(input.dependents)
	text := sprintf("it is needed by %d (%s)", [total, concat(", ", input.dependents)])
}

_reaches contains {"kind": "destroyed_dependents", "count": total, "text": text} if {
	_is_destroyed
	total := count(input.dependents)
	text := sprintf("it would be destroyed and is needed by %d (%s)", [total, concat(", ", input.dependents)])
}

_is_destroyed if _resource.operation == "delete"

_is_destroyed if {
	_resource.operation == "update"
	object.get(input, ["plan", "action"], "") == "replace"
}

_is_destroyed if {
	_resource.operation == "update"
	"delete" in object.get(input, ["plan", "actions"], [])
}

review contains sprintf("%s: how far the change reaches is not known", [_resource.resource_id]) if {
	_resource.operation in {"create", "update", "delete"}
	not _is_counted
}

_is_counted if {
	is_number(input.project.resource_count)
	is_array(input.dependents)
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("blast_radius: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("blast_radius: parameter %s must be a number from 0: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_count(value) if {
	is_number(value)
	value >= 0
}
