# METADATA
# title: Databases of RDS are not reachable from the internet
# description: |
#   Denies an instance of RDS, Aurora or Neptune with a public address. What is known only after apply goes to a
#   person.
# related_resources:
#   - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
# custom:
#   severity: critical
#   resource_types:
#     - aws_db_instance
#     - aws_neptune_cluster_instance
#     - aws_rds_cluster_instance
#   operations: [create, update, import, refresh]
#   controls:
#     cis-aws: ["2.3.3"]
#     nist-800-53: ["AC-4", "SC-7"]
package intent

_defaults := {
	# Globs of the identifiers of databases that are meant to be public.
	"public_identifiers": [],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

_types := {"aws_db_instance", "aws_neptune_cluster_instance", "aws_rds_cluster_instance"}

_resource := input.resource

_state := _resource.proposed_state

deny contains _reason if {
	_resource.operation in {"create", "update"}
	_public
}

# Import and refresh change nothing in the cloud: what they find is told, not refused.
warn contains _reason if {
	_resource.operation in {"import", "refresh"}
	_public
}

review contains sprintf("%s: publicly_accessible is known only after apply; see that it is false", [_resource.resource_id]) if {
	_resource.operation in {"create", "update"}
	_resource.resource_type in _types
	"publicly_accessible" in input.plan.unknown
	not _left_out
	not _meant_to_be_public
}

_reason := sprintf("%s: it gets a public address; set publicly_accessible = false", [_resource.resource_id])

_public if {
	_resource.resource_type in _types
	_state.publicly_accessible == true
	not _meant_to_be_public
}

# Later providers read it back for an instance of a cluster; left out, they ask for a private one.
_left_out if {
	_resource.resource_type == "aws_rds_cluster_instance"
	to_number(split(_resource.provider_version, ".")[0]) >= 4
}

_meant_to_be_public if {
	pattern := _parameters.public_identifiers[_]
	is_string(_state.identifier)
	glob.match(pattern, ["/"], _state.identifier)
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("rds_no_public_access: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("rds_no_public_access: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
