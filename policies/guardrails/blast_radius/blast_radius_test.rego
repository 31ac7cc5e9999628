package intent_test

import data.intent

test_a_small_change_passes if {
	said(request("create", 0, []), {}) == {}
	said(request("create", 99, []), {}) == {}
	said(request("update", 1000, ["a", "b", "c", "d", "e"]), {}) == {}
	said(request("delete", 1000, []), {}) == {}
	said(request("import", 99, []), {}) == {}
}

test_a_project_that_grows_large_is_reviewed_then_denied if {
	text := "it: the project would have %d resources, more than %d: %s"
	review := sprintf(text, [101, 100, "see whether all of it can bear the change"])
	said(request("create", 100, []), {}) == {"review": {review}}
	deny := sprintf(text, [251, 250, "split the change or the project, or ask for a waiver"])
	said(request("create", 250, []), {}) == {"deny": {deny}}
}

test_an_import_into_a_large_project_is_a_warning if {
	reason := "it: the project would have 301 resources, more than 100: split the project"
	said(request("import", 300, []), {}) == {"warn": {reason}}
}

test_a_change_in_place_that_many_need_is_reviewed_then_denied if {
	six := ["a", "b", "c", "d", "e", "f"]
	review := "it: it is needed by 6 (a, b, c, d, e, f), more than 5: see whether all of it can bear the change"
	said(request("update", 10, six), {}) == {"review": {review}}
	many := [sprintf("r%d", [number]) | some number in numbers.range(1, 26)]
	count(said(request("update", 10, many), {}).deny) == 1
}

test_what_is_destroyed_may_be_needed_by_fewer if {
	review := concat(" ", [
		"it: it would be destroyed and is needed by 1 (web), more than 0:",
		"see whether all of it can bear the change",
	])
	said(request("delete", 10, ["web"]), {}) == {"review": {review}}
	every plan in [{"action": "replace"}, {"actions": ["delete", "create"]}] {
		replaced := object.union(request("update", 10, ["web"]), {"plan": plan})
		said(replaced, {}) == {"review": {review}}
	}
	deny := concat(" ", [
		"it: it would be destroyed and is needed by 6 (a, b, c, d, e, f), more than 5:",
		"split the change or the project, or ask for a waiver",
	])
	said(request("delete", 10, ["a", "b", "c", "d", "e", "f"]), {}) == {"deny": {deny}}
}

test_a_reach_that_is_not_known_is_reviewed if {
	every missing in ["project", "dependents"] {
		asked := object.remove(request("create", 1, []), [missing])
		said(asked, {}) == {"review": {"it: how far the change reaches is not known"}}
	}
}

test_thresholds_can_be_set if {
	parameters := {"resources_review": 1, "resources_deny": 2, "dependents_deny": 0}
	count(said(request("create", 1, []), parameters).review) == 1
	count(said(request("create", 2, []), parameters).deny) == 1
	count(said(request("update", 2, ["a"]), parameters).deny) == 1
	said(request("delete", 2, ["a"]), {"destroyed_dependents_review": 1}) == {}
}

test_wrong_parameters_are_denied if {
	asked := request("create", 0, [])
	said(asked, {"resources": 1}) == {"deny": {"blast_radius: there is no parameter resources: correct its name"}}
	every wrong in ["10", -1, null] {
		reason := "blast_radius: parameter resources_deny must be a number from 0: correct it"
		said(asked, {"resources_deny": wrong}) == {"deny": {reason}}
	}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

request(operation, resource_count, dependents) := {
	"resource": {
		"resource_id": "it",
		"resource_type": "aws_vpc",
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": {},
	},
	"plan": {"actions": [operation], "replace_paths": []},
	"project": {"name": "web", "labels": [], "resource_count": resource_count},
	"dependents": dependents,
}
