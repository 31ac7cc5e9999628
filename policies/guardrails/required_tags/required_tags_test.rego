package intent_test

import data.intent

missing := "logs: the tag owner is missing or empty: add it to tags"

test_no_tags_at_all_are_denied if {
	said(request("create", {"tags": null, "tags_all": null}), {}) == {"deny": {missing}}
}

test_other_tags_are_not_enough if {
	said(request("update", {"tags": {"env": "prod"}}), {}) == {"deny": {missing}}
}

test_a_blank_owner_is_no_owner if {
	every blank in ["", " \t", null] {
		said(request("create", {"tags": {"owner": blank}}), {}) == {"deny": {missing}}
	}
}

test_an_owner_in_any_case_passes if {
	every key in ["owner", "Owner", "OWNER"] {
		said(request("create", {"tags": {key: "team-a"}}), {}) == {}
	}
}

test_default_tags_of_the_provider_count if {
	said(request("create", {"tags": null, "tags_all": {"owner": "team-a"}}), {}) == {}
}

test_the_tag_blocks_of_an_autoscaling_group_count if {
	blocks := [{"key": "Owner", "value": "team-a", "propagate_at_launch": true}]
	said(request("create", {"tag": blocks, "tags": null}), {}) == {}
	said(request("create", {"tag": [], "tags": blocks}), {}) == {}
	said(request("create", {"tag": [], "tags": null}), {}) == {"deny": {missing}}
	said(request("create", {"tag": [{"key": null, "value": "x"}], "tags": null}), {}) == {"deny": {missing}}
}

test_a_type_without_tags_passes if {
	said(request("create", {"bucket": "logs"}), {}) == {}
}

test_what_is_gone_passes if {
	said(request("refresh", null), {}) == {}
}

test_an_owner_that_is_given_beside_tags_that_are_not_known_yet_passes if {
	asked := object.union(request("create", {"tags": {"owner": "ada"}}), {"plan": {"unknown": ["tags"]}})
	said(asked, {}) == {}
}

test_an_owner_that_is_not_known_yet_is_reviewed if {
	every path in ["tags", "tags.owner", "tags.Owner"] {
		asked := object.union(request("create", {}), {"plan": {"unknown": ["id", "tags", path]}})
		said(asked, {}) == {"review": {"logs: the tag owner is known only after apply"}}
	}
}

test_computed_tags_all_do_not_stand_for_an_owner if {
	asked := object.union(request("create", {"tags": null}), {"plan": {"unknown": ["id", "tags_all"]}})
	said(asked, {}) == {"deny": {missing}}
}

test_what_import_and_refresh_find_is_a_warning if {
	every operation in ["import", "refresh"] {
		said(request(operation, {"tags": {}}), {}) == {"warn": {missing}}
	}
}

test_other_keys_can_be_required if {
	parameters := {"keys": ["cost-center", "env"]}
	said(request("create", {"tags": {"Env": "dev", "cost-center": "7"}}), parameters) == {}
	reason := "logs: the tag cost-center is missing or empty: add it to tags"
	said(request("create", {"tags": {"env": "dev"}}), parameters) == {"deny": {reason}}
	said(request("create", {"tags": {}}), {"keys": []}) == {}
}

test_a_value_that_is_not_allowed_is_denied if {
	parameters := {"keys": [], "allowed_values": {"env": ["prod", "dev"]}}
	reason := `logs: the tag env is "test": use one of dev, prod`
	said(request("update", {"tags": {"Env": "test"}}), parameters) == {"deny": {reason}}
	said(request("import", {"tags": {"Env": "test"}}), parameters) == {"warn": {reason}}
	every tags in [{"env": "dev"}, {}] {
		said(request("update", {"tags": tags}), parameters) == {}
	}
}

test_a_value_that_is_written_otherwise_is_denied if {
	parameters := {"patterns": {"owner": "^team-[a-z]+$"}}
	reason := `logs: the tag owner is "ada": write it as ^team-[a-z]+$`
	said(request("create", {"tags": {"owner": "ada"}}), parameters) == {"deny": {reason}}
	said(request("create", {"tags": {"owner": "team-a"}}), parameters) == {}
}

test_the_case_of_keys_can_matter if {
	parameters := {"exact_case": true, "keys": ["Owner"], "allowed_values": {"Env": ["dev"]}}
	said(request("create", {"tags": {"Owner": "a", "env": "other"}}), parameters) == {}
	reason := "logs: the tag Owner is missing or empty: add it to tags"
	said(request("create", {"tags": {"owner": "a"}}), parameters) == {"deny": {reason}}
	asked := object.union(request("create", {"tags": {}}), {"plan": {"unknown": ["tags.Owner"]}})
	said(asked, parameters) == {"review": {"logs: the tag Owner is known only after apply"}}
}

test_types_can_be_exempt if {
	said(request("create", {"tags": null}), {"exempt_types": ["aws_iam_*", "aws_s3_*"]}) == {}
	said(request("create", {"tags": null}), {"exempt_types": ["aws_iam_*"]}) == {"deny": {missing}}
}

test_wrong_parameters_are_denied if {
	asked := request("create", {"tags": {"owner": "team-a"}})
	said(asked, {"key": "env"}) == {"deny": {"required_tags: there is no parameter key: correct its name"}}
	every wrong in [
		{"name": "keys", "value": "owner", "kind": "a list of strings"},
		{"name": "keys", "value": [1], "kind": "a list of strings"},
		{"name": "exempt_types", "value": null, "kind": "a list of strings"},
		{"name": "allowed_values", "value": [], "kind": "an object of lists of strings"},
		{"name": "allowed_values", "value": {"owner": "a"}, "kind": "an object of lists of strings"},
		{"name": "patterns", "value": [], "kind": "an object of regular expressions"},
		{"name": "patterns", "value": {"owner": 1}, "kind": "an object of regular expressions"},
		{"name": "patterns", "value": {"owner": "("}, "kind": "an object of regular expressions"},
		{"name": "exact_case", "value": "yes", "kind": "true or false"},
	] {
		reason := sprintf("required_tags: parameter %s must be %s: correct it", [wrong.name, wrong.kind])
		reason in said(asked, {wrong.name: wrong.value}).deny
	}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

request(operation, state) := {
	"resource": {
		"resource_id": "logs",
		"resource_type": "aws_s3_bucket",
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id"]},
}
