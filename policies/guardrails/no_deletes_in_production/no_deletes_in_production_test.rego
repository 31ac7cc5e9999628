package intent_test

import data.intent

test_a_delete_is_denied_under_each_production_label if {
	every label in ["prod", "production", "env:prod", "Env:Production"] {
		reason := sprintf("orders: it would be deleted in production (label %s): ask for a waiver, or keep it", [label])
		said(request("delete", ["team:a", label], {"actions": ["delete"]}), {}) == {"deny": {reason}}
	}
}

test_a_replacement_is_a_delete if {
	every actions in [["delete", "create"], ["create", "delete"]] {
		plan := {"actions": actions, "replace_paths": ["name", "tags.a"]}
		reason := concat(" ", [
			"orders: it would be replaced because of name, tags.a in production (label prod):",
			"ask for a waiver, or keep it",
		])
		said(request("update", ["prod"], plan), {}) == {"deny": {reason}}
	}
	tainted := {"actions": ["delete", "create"], "replace_paths": []}
	count(said(request("update", ["prod"], tainted), {}).deny) == 1
	by_its_word := {"action": "replace"}
	count(said(request("update", ["prod"], by_its_word), {}).deny) == 1
	paths_alone := {"replace_paths": ["name"]}
	count(said(request("update", ["prod"], paths_alone), {}).deny) == 1
}

test_an_update_in_place_passes if {
	in_place := {"action": "update", "actions": ["update"], "replace_paths": []}
	said(request("update", ["prod"], in_place), {}) == {}
	said(request("update", ["prod"], {}), {}) == {}
}

test_other_projects_pass if {
	every labels in [[], ["env:dev"], ["product"]] {
		said(request("delete", labels, {"actions": ["delete"]}), {}) == {}
	}
}

test_labels_that_are_not_known_are_reviewed if {
	asked := object.remove(request("delete", [], {"actions": ["delete"]}), ["project"])
	said(asked, {}) == {"review": {"orders: it would be deleted, and the project's labels are not known"}}
}

test_types_can_be_exempt if {
	parameters := {"exempt_types": ["aws_sqs_*"]}
	said(request("delete", ["prod"], {"actions": ["delete"]}), parameters) == {}
	asked := object.remove(request("delete", [], {"actions": ["delete"]}), ["project"])
	said(asked, parameters) == {}
	count(said(request("delete", ["prod"], {"actions": ["delete"]}), {"exempt_types": ["aws_s3_*"]}).deny) == 1
}

test_other_labels_can_be_named if {
	parameters := {"labels": ["stage:live"]}
	count(said(request("delete", ["stage:LIVE"], {"actions": ["delete"]}), parameters).deny) == 1
	said(request("delete", ["prod"], {"actions": ["delete"]}), parameters) == {}
}

test_every_project_can_be_one_of_production if {
	reason := "orders: it would be deleted in production (every project is): ask for a waiver, or keep it"
	asked := request("delete", ["env:dev"], {"actions": ["delete"]})
	said(asked, {"labels": ["*"]}) == {"deny": {reason}}
	said(object.remove(asked, ["project"]), {"labels": ["*"]}) == {"deny": {reason}}
}

test_wrong_parameters_are_denied if {
	asked := request("delete", [], {"actions": ["delete"]})
	reason := "no_deletes_in_production: there is no parameter label: correct its name"
	said(asked, {"label": "prod"}) == {"deny": {reason}}
	every wrong in ["prod", [1]] {
		wanted := "no_deletes_in_production: parameter labels must be a list of strings: correct it"
		said(asked, {"labels": wrong}) == {"deny": {wanted}}
	}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

request(operation, labels, plan) := {
	"resource": {
		"resource_id": "orders",
		"resource_type": "aws_sqs_queue",
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": {"name": "orders"},
		"proposed_state": null,
	},
	"plan": plan,
	"project": {"name": "web", "labels": labels},
}
