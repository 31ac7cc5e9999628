package intent_test

import data.intent

missing := {"logs: the tag owner is missing or empty"}

test_no_tags_at_all_are_denied if {
	reasons := intent.deny with input as request("create", {"tags": null, "tags_all": null})
	reasons == missing
}

test_other_tags_are_not_enough if {
	reasons := intent.deny with input as request("update", {"tags": {"env": "prod"}})
	reasons == missing
}

test_a_blank_owner_is_no_owner if {
	every blank in ["", " \t", null] {
		reasons := intent.deny with input as request("create", {"tags": {"owner": blank}})
		reasons == missing
	}
}

test_an_owner_in_any_case_passes if {
	every key in ["owner", "Owner", "OWNER"] {
		said := intent with input as request("create", {"tags": {key: "team-a"}})
		count(said.deny | said.review | said.warn) == 0
	}
}

test_default_tags_of_the_provider_count if {
	said := intent with input as request("create", {"tags": null, "tags_all": {"owner": "team-a"}})
	count(said.deny | said.review) == 0
}

test_a_type_without_tags_passes if {
	said := intent with input as request("create", {"bucket": "logs"})
	count(said.deny | said.review | said.warn) == 0
}

test_a_delete_passes if {
	said := intent with input as request("delete", null)
	count(said.deny | said.review | said.warn) == 0
}

test_an_owner_that_is_not_known_yet_is_reviewed if {
	every path in ["tags", "tags.owner", "tags.Owner"] {
		asked := object.union(request("create", {"tags": {}}), {"plan": {"unknown": ["id", path]}})
		said := intent with input as asked
		said.review == {"logs: the tag owner is known only after apply"}
		count(said.deny) == 0
	}
}

test_computed_tags_all_do_not_stand_for_an_owner if {
	asked := object.union(request("create", {"tags": null}), {"plan": {"unknown": ["id", "tags_all"]}})
	reasons := intent.deny with input as asked
	reasons == missing
}

test_what_an_import_finds_is_a_warning if {
	said := intent with input as request("import", {"tags": {}})
	said.warn == missing
	count(said.deny) == 0
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
