# METADATA
# title: Every resource that can carry tags names its owner
# description: |
#   Denies a create or an update that leaves a taggable resource without a filled `owner` tag, so that there is
#   always somebody to ask. Default tags of the provider count. Any spelling of the key in upper or lower case.
# custom:
#   severity: medium
#   resource_types: ["*"]
package intent

_resource := input.resource

# A type that can carry tags has the attribute even where it is null.
_taggable if {
	is_object(_resource.proposed_state)
	"tags" in object.keys(_resource.proposed_state)
}

_taggable if "tags" in input.plan.unknown

_has_owner if {
	some attribute in ["tags", "tags_all"]
	value := _resource.proposed_state[attribute][key]
	lower(key) == "owner"
	is_string(value)
	trim_space(value) != ""
}

# `tags` as a whole, or the owner alone, may depend on what only apply tells.
_owner_is_unknown if {
	some path in input.plan.unknown
	lower(path) in {"tags", "tags.owner"}
}

deny contains sprintf("%s: the tag owner is missing or empty", [_resource.resource_id]) if {
	_resource.operation in {"create", "update"}
	_ownerless
	not _owner_is_unknown
}

review contains sprintf("%s: the tag owner is known only after apply", [_resource.resource_id]) if {
	_resource.operation in {"create", "update"}
	_ownerless
	_owner_is_unknown
}

# What exists already is told, not refused: importing it is the first step to mend it.
warn contains sprintf("%s: the tag owner is missing or empty", [_resource.resource_id]) if {
	_resource.operation in {"import", "refresh"}
	_ownerless
}

_ownerless if {
	_taggable
	not _has_owner
}
