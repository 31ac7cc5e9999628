package intent_test

import data.intent

test_sizes_within_the_budget_pass if {
	every size in ["t3.nano", "t3.medium", "m5.large", "m5.xlarge"] {
		said(create("aws_instance", {"instance_type": size}, ["env:dev"]), {}) == {}
	}
	every size in ["m5.2xlarge", "r5.4xlarge", "m5.8xlarge"] {
		said(create("aws_instance", {"instance_type": size}, ["env:prod"]), {}) == {}
	}
}

test_a_size_above_the_budget_is_denied if {
	every operation in ["create", "update"] {
		asked := request(operation, "aws_instance", {"instance_type": "m5.2xlarge"}, ["team:a", "Env:Dev"])
		reason := "web: the size m5.2xlarge is large, above the budget medium (label Env:Dev): take a cheaper one"
		said(asked, {}) == {"deny": {reason}}
	}
}

test_the_dearest_class_of_a_size_counts if {
	every size in ["p3.2xlarge", "g4dn.xlarge", "u-6tb1.metal", "m5.metal", "m5.12xlarge", "db.r5.24xlarge"] {
		reason := sprintf("web: the size %s is huge, above the budget large (label env:prod): take a cheaper one", [size])
		said(create("aws_instance", {"instance_type": size}, ["env:prod"]), {}) == {"deny": {reason}}
	}
}

test_sizes_are_found_at_any_depth_and_in_lists if {
	reason := "web: the size %s is medium, above the budget small (label sandbox): take a cheaper one"
	every state, size in {
		{"instance_class": "db.m5.large", "name": "x"}: "db.m5.large",
		{"cluster_config": [{"instance_type": "r5.large.elasticsearch"}]}: "r5.large.elasticsearch",
		{"instance_types": ["t3.small", "m5.xlarge"]}: "m5.xlarge",
		{"node_type": "ra3.xlplus", "warm_type": ""}: "ra3.xlplus",
	} {
		said(create("aws_thing", state, ["sandbox"]), {}) == {"deny": {sprintf(reason, [size])}}
	}
}

test_a_type_can_have_a_class_whatever_its_size if {
	reason := "web: aws_fsx_lustre_file_system is large, above the budget medium (label env:dev): take a cheaper one"
	said(create("aws_fsx_lustre_file_system", {}, ["env:dev"]), {}) == {"deny": {reason}}
	said(create("aws_nat_gateway", {}, ["env:dev"]), {}) == {}
}

test_a_project_without_a_label_has_a_budget_too if {
	asked := create("aws_instance", {"instance_type": "m5.2xlarge"}, ["team:a"])
	reason := concat(" ", [
		"web: the size m5.2xlarge is large, above the budget medium (without a label of its own):",
		"take a cheaper one",
	])
	said(asked, {}) == {"deny": {reason}}
	said(object.remove(asked, ["project"]), {}) == {"deny": {reason}}
	said(asked, {"budget": "large"}) == {}
}

test_the_smallest_budget_of_several_labels_counts if {
	asked := create("aws_instance", {"instance_type": "m5.large"}, ["env:prod", "sandbox"])
	reason := "web: the size m5.large is medium, above the budget small (label sandbox): take a cheaper one"
	said(asked, {}) == {"deny": {reason}}
}

test_a_size_that_the_table_does_not_know_is_reviewed if {
	asked := create("aws_instance", {"instance_type": "quantum"}, ["env:prod"])
	said(asked, {}) == {"review": {"web: the size quantum is in no class: look what it costs"}}
}

test_a_size_that_is_not_known_yet_is_reviewed if {
	every path in ["instance_type", "cluster_config.0.instance_type", "instance_types"] {
		asked := object.union(create("aws_thing", {}, []), {"plan": {"unknown": ["arn", path]}})
		said(asked, {}) == {"review": {sprintf("web: %s is known only after apply: give it", [path])}}
	}
}

test_what_costs_nothing_or_is_gone_passes if {
	said(create("aws_iam_role", {"name": "m5.metal", "instance_type": null}, ["sandbox"]), {}) == {}
	said(request("refresh", "aws_instance", null, ["sandbox"]), {}) == {}
}

test_what_import_and_refresh_find_is_a_warning if {
	every operation in ["import", "refresh"] {
		asked := request(operation, "aws_instance", {"instance_type": "p3.2xlarge"}, ["env:prod"])
		reason := "web: the size p3.2xlarge is huge, above the budget large (label env:prod): take a cheaper one"
		said(asked, {}) == {"warn": {reason}}
	}
}

test_tables_budgets_and_the_answer_can_be_given if {
	parameters := {
		"classes": ["cheap", "dear"],
		"sizes": {"t3.*": "cheap", "*": "dear"},
		"types": {"aws_mq_*": "dear"},
		"attributes": ["flavour"],
		"budgets": {"team:a": "dear"},
		"budget": "cheap",
		"answer": "review",
	}
	said(create("aws_thing", {"flavour": "m5.large", "instance_type": "x"}, ["team:a"]), parameters) == {}
	size := "web: the size t3.nano is dear, above the budget cheap (without a label of its own): take a cheaper one"
	said(create("aws_thing", {"flavour": "t3.nano"}, []), parameters) == {"review": {size}}
	type := "web: aws_mq_broker is dear, above the budget cheap (without a label of its own): take a cheaper one"
	said(create("aws_mq_broker", {}, []), parameters) == {"review": {type}}
}

test_wrong_parameters_are_denied if {
	asked := create("aws_iam_role", {}, [])
	said(asked, {"class": "x"}) == {"deny": {"cost_class: there is no parameter class: correct its name"}}
	every wrong in [
		{"name": "attributes", "value": "instance_type", "kind": "a list of strings"},
		{"name": "attributes", "value": [1], "kind": "a list of strings"},
		{"name": "sizes", "value": ["t3.*"], "kind": "an object of classes"},
		{"name": "types", "value": {"aws_mq_*": "gigantic"}, "kind": "an object of classes"},
		{"name": "budget", "value": "gigantic", "kind": "a class"},
		{"name": "answer", "value": "warn", "kind": "deny or review"},
	] {
		reason := sprintf("cost_class: parameter %s must be %s: correct it", [wrong.name, wrong.kind])
		reason in said(asked, {wrong.name: wrong.value}).deny
	}
	other_classes := said(asked, {"classes": ["cheap"]}).deny
	"cost_class: parameter sizes must be an object of classes: correct it" in other_classes
	"cost_class: parameter budget must be a class: correct it" in other_classes
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

create(resource_type, state, labels) := request("create", resource_type, state, labels)

request(operation, resource_type, state, labels) := {
	"resource": {
		"resource_id": "web",
		"resource_type": resource_type,
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id"]},
	"project": {"name": "web", "labels": labels},
}
