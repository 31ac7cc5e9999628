# METADATA
# title: No resource costs more than its project's budget class
# description: |
#   Puts a resource into a cost class by its type and size (a table, not a price list) and denies what is above the
#   class that the project's labels allow. A size that the table does not know goes to a person.
# custom:
#   severity: medium
#   resource_types: ["*"]
#   operations: [create, update, import, refresh]
#   controls:
#     nist-800-53: [SC-6]
package intent

_defaults := {
	# From the cheapest to the dearest.
	"classes": ["small", "medium", "large", "huge"],
	# Size, `*` stands for any characters, to its class; the dearest that matches counts.
	"sizes": {
		"*.nano*": "small",
		"*.micro*": "small",
		"*.small*": "small",
		"*.medium*": "small",
		"*.large*": "medium",
		"*.xlarge*": "medium",
		"*.xlplus*": "medium",
		"*.2xlarge*": "large",
		"*.4xlarge*": "large",
		"*.[3-9]xlarge*": "large",
		"*.[1-9][0-9]xlarge*": "huge",
		"*.[1-9][0-9][0-9]xlarge*": "huge",
		"*.*metal*": "huge",
		"{dl,f,g,inf,p,trn,u-,vt,x}[0-9]*.*": "huge",
		"ml.{g,inf,p,trn}[0-9]*.*": "huge",
	},
	# Type to the class that it has whatever its size.
	"types": {
		"aws_acmpca_certificate_authority": "large",
		"aws_cloudhsm_v2_cluster": "huge",
		"aws_directory_service_directory": "medium",
		"aws_dx_connection": "large",
		"aws_eks_cluster": "medium",
		"aws_fsx_*": "large",
		"aws_kendra_index": "huge",
		"aws_msk_cluster": "large",
		"aws_mwaa_environment": "large",
		"aws_nat_gateway": "medium",
		"aws_networkfirewall_firewall": "large",
		"aws_outposts_*": "huge",
		"aws_shield_protection": "huge",
		"aws_vpc_ipam": "medium",
	},
	# Attributes, at any depth, that hold a size.
	"attributes": [
		"cache_node_type",
		"dedicated_master_type",
		"host_instance_type",
		"instance_class",
		"instance_type",
		"instance_types",
		"node_type",
		"replication_instance_class",
		"warm_type",
	],
	# Label of a project to the dearest class in it; the cheapest counts where several labels match.
	"budgets": {
		"env:dev": "medium",
		"env:test": "medium",
		"env:staging": "large",
		"env:prod": "large",
		"sandbox": "small",
	},
	# For a project without any of these labels.
	"budget": "medium",
	"answer": "deny",
}

_kinds := {
	"classes": "a list of strings",
	"sizes": "an object of classes",
	"types": "an object of classes",
	"attributes": "a list of strings",
	"budgets": "an object of classes",
	"budget": "a class",
	"answer": "deny or review",
}

_classes := object.get(data.parameters, "classes", _defaults.classes)

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_fits(_kinds[name], value)
}

_resource := input.resource

deny contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"create", "update"}
	_parameters.answer == "deny"
	some finding in _findings
}

review contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"create", "update"}
	_parameters.answer == "review"
	some finding in _findings
}

# What exists already is told, not refused.
warn contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"import", "refresh"}
	some finding in _findings
}

review contains sprintf("%s: the size %s is in no class: look what it costs", [_resource.resource_id, size]) if {
	_resource.operation in {"create", "update"}
	some size in _sizes
	count(_ranks_of(size, _parameters.sizes)) == 0
}

review contains sprintf("%s: %s is known only after apply: give it", [_resource.resource_id, path]) if {
	some path in object.get(input, ["plan", "unknown"], [])
	some attribute in _parameters.attributes
	attribute in split(path, ".")
}

_findings contains sprintf("%s is %s, above the budget %s (%s): take a cheaper one", [
	what,
	_parameters.classes[rank],
	_parameters.classes[_budget[0]],
	_budget[1],
]) if {
	some [what, ranks] in _ranked
	rank := max(ranks)
	rank > _budget[0]
}

# What it is about with the ranks of its classes; the dearest counts.
_ranked contains [sprintf("the size %s", [size]), ranks] if {
	some size in _sizes
	ranks := _ranks_of(size, _parameters.sizes)
	count(ranks) > 0
}

_ranked contains [_resource.resource_type, ranks] if {
	ranks := _ranks_of(_resource.resource_type, _parameters.types)
	count(ranks) > 0
}

# The ranks of the classes of all patterns that a text matches.
_ranks_of(text, table) := {_rank(class) |
	some pattern, class in table
	glob.match(pattern, null, text)
}

_rank(class) := rank if {
	some rank, named in _parameters.classes
	named == class
}

_sizes contains size if {
	walk(_resource.proposed_state, [path, size])
	is_string(size)
	size != ""
	some attribute in _parameters.attributes
	attribute in path
}

_label_budgets contains [_rank(class), sprintf("label %s", [label])] if {
	some label in object.get(input, ["project", "labels"], [])
	some named, class in _parameters.budgets
	lower(label) == lower(named)
}

_budget := min(_label_budgets) if count(_label_budgets) > 0

_budget := [_rank(_parameters.budget), "without a label of its own"] if count(_label_budgets) == 0

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("cost_class: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("cost_class: parameter %s must be %s: correct it", [name, kind]) if {
	some name, kind in _kinds
	not name in object.keys(_parameters)
}

_fits("a list of strings", value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}

_fits("an object of classes", value) if {
	is_object(value)
	every class in value {
		class in _classes
	}
}

_fits("a class", value) if value in _classes

_fits("deny or review", value) if value in {"deny", "review"}
