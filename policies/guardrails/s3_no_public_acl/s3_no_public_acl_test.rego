package intent_test

import data.intent

everyone := "http://acs.amazonaws.com/groups/global/AllUsers"

opened := {sprintf("logs: a grant to %s opens it to the public; remove it", [everyone])}

test_a_public_acl_is_denied if {
	every acl in ["authenticated-read", "public-read", "public-read-write"] {
		said := verdict(request("create", "aws_s3_bucket", {"bucket": "logs", "acl": acl}))
		said == says({"deny": {sprintf("logs: ACL %q opens it to the public; take \"private\"", [acl])}})
	}
}

test_an_update_is_judged_like_a_creation_for_each_type_with_an_acl if {
	every type in [
		"aws_s3_bucket", "aws_s3_bucket_acl", "aws_s3_bucket_object", "aws_s3_object",
		"aws_s3_object_copy",
	] {
		said := verdict(request("update", type, {"bucket": "logs", "acl": "public-read"}))
		said == says({"deny": {"logs: ACL \"public-read\" opens it to the public; take \"private\""}})
	}
}

test_a_bucket_as_it_is_planned_by_default_passes if {
	verdict(request("create", "aws_s3_bucket", {"bucket": "logs", "acl": "private", "grant": []})) == says({})
}

test_a_grant_to_everyone_is_denied if {
	grant := {"id": "", "type": "Group", "permissions": ["READ"], "uri": everyone}
	said := verdict(request("create", "aws_s3_bucket", {"acl": "private", "grant": [grant]}))
	said == says({"deny": opened})
}

test_a_grant_within_an_access_control_policy_is_denied if {
	grantee := {"type": "Group", "uri": everyone}
	policies := [{"grant": [{"grantee": [grantee], "permission": "WRITE"}], "owner": [{"id": "o"}]}]
	said := verdict(request("create", "aws_s3_bucket_acl", {"acl": null, "access_control_policy": policies}))
	said == says({"deny": opened})
}

test_a_grant_to_everyone_with_an_account_is_denied if {
	grant := {"type": "Group", "uri": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}
	count(verdict(request("create", "aws_s3_bucket", {"grant": [grant]})).deny) == 1
}

test_a_group_elsewhere_than_in_a_grant_passes if {
	state := {"acl": "private", "grant": [{"id": everyone}], "tags": {"uri": everyone}}
	verdict(request("create", "aws_s3_bucket", state)) == says({})
}

test_a_grant_to_the_log_delivery_group_passes if {
	grant := {"type": "Group", "permissions": ["WRITE"], "uri": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
	verdict(request("create", "aws_s3_bucket", {"grant": [grant]})) == says({})
}

test_a_protection_that_is_off_null_or_left_out_is_denied if {
	every type in ["aws_s3_account_public_access_block", "aws_s3_bucket_public_access_block"] {
		block := {"block_public_acls": true, "block_public_policy": false, "ignore_public_acls": null}
		verdict(request("create", type, block)) == says({"deny": {
			"logs: block_public_policy is off; set it to true",
			"logs: ignore_public_acls is off; set it to true",
			"logs: restrict_public_buckets is off; set it to true",
		}})
	}
}

test_the_four_protections_pass if {
	verdict(request("create", "aws_s3_bucket_public_access_block", protected)) == says({})
}

test_an_access_point_that_switches_a_protection_off_is_denied if {
	block := object.union(protected, {"block_public_policy": false})
	said := verdict(request("create", "aws_s3_access_point", {"public_access_block_configuration": [block]}))
	said == says({"deny": {"logs: public_access_block_configuration.0.block_public_policy is off; set it to true"}})
}

test_an_access_point_without_settings_of_its_own_has_the_four_protections_of_aws if {
	every blocks in [[], [null]] {
		verdict(request("create", "aws_s3_access_point", {"public_access_block_configuration": blocks})) == says({})
	}
}

test_what_is_not_known_yet_is_reviewed if {
	every path in ["acl", "grant", "grant.0", "grant.0.uri"] {
		asked := not_known(request("create", "aws_s3_bucket", {"acl": "private"}), path)
		verdict(asked) == says({"review": {unclear(path)}})
	}
	every path in ["access_control_policy", "access_control_policy.0.grant.1.grantee.0.uri"] {
		asked := not_known(newer(request("create", "aws_s3_bucket_acl", {"acl": null})), path)
		verdict(asked) == says({"review": {unclear(path)}})
	}
}

test_a_protection_that_is_not_known_yet_is_reviewed if {
	block := object.remove(protected, ["ignore_public_acls"])
	asked := not_known(request("update", "aws_s3_bucket_public_access_block", block), "ignore_public_acls")
	verdict(asked) == says({"review": {unclear("ignore_public_acls")}})
}

test_what_the_provider_computes_is_not_reviewed if {
	asked := request("create", "aws_s3_bucket", {})
	every path in ["tags_all", "grant.0.id", "access_control_policy.0.grant.0.grantee.0.display_name"] {
		verdict(not_known(asked, path)) == says({})
	}
	every type in ["aws_s3_bucket", "aws_s3_object", "aws_s3_object_copy"] {
		every path in ["acl", "grant"] {
			verdict(not_known(newer(request("create", type, {})), path)) == says({})
		}
	}
	canned := newer(request("create", "aws_s3_bucket_acl", {"acl": "private"}))
	verdict(not_known(canned, "access_control_policy")) == says({})
}

test_what_is_meant_to_be_public_passes if {
	parameters := {"public_buckets": ["www.*"]}
	site := request("create", "aws_s3_bucket", {"bucket": "www.example.com", "acl": "public-read"})
	verdict_with(site, parameters) == says({})
	verdict_with(not_known(site, "grant"), parameters) == says({})
	other := request("create", "aws_s3_bucket", {"bucket": "logs.www.example.com", "acl": "public-read"})
	count(verdict_with(other, parameters).deny) == 1
	nameless := request("create", "aws_s3_bucket", {"bucket": null, "acl": "public-read"})
	count(verdict_with(nameless, {"public_buckets": ["*"]}).deny) == 1
}

test_an_account_is_never_meant_to_be_public if {
	asked := request("create", "aws_s3_account_public_access_block", {})
	count(verdict_with(asked, {"public_buckets": ["*"]}).deny) == 4
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "s3_no_public_acl: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["x", [1], {}, null] {
		told := "s3_no_public_acl: parameter public_buckets must be a list of strings: correct it"
		verdict_with(asked, {"public_buckets": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		said := verdict(request(operation, "aws_s3_bucket", {"acl": "public-read"}))
		said == says({"warn": {"logs: ACL \"public-read\" opens it to the public; take \"private\""}})
		verdict(not_known(request(operation, "aws_s3_bucket", {}), "acl")) == says({})
	}
}

test_a_refresh_that_finds_nothing_any_more_says_nothing if {
	verdict(request("refresh", "aws_s3_bucket_public_access_block", null)) == says({})
}

test_removing_a_protection_is_reviewed if {
	every type in ["aws_s3_account_public_access_block", "aws_s3_bucket_public_access_block"] {
		verdict(request("delete", type, null)) == says({"review": {"logs: without it the public is no longer kept out"}})
	}
	verdict(request("delete", "aws_s3_bucket", null)) == says({})
}

test_another_type_with_an_attribute_of_that_name_passes if {
	state := {"acl": "public-read", "grant": [{"uri": everyone}], "public_access_block_configuration": [{}]}
	every path in ["acl", "grant"] {
		verdict(not_known(request("create", "aws_thing", state), path)) == says({})
	}
}

protected := {
	"block_public_acls": true,
	"block_public_policy": true,
	"ignore_public_acls": true,
	"restrict_public_buckets": true,
}

unclear(path) := sprintf("logs: %s is known only after apply; see that it opens nothing", [path])

not_known(asked, path) := object.union(asked, {"plan": {"unknown": ["arn", "id", path]}})

newer(asked) := object.union(asked, {"resource": {"provider_version": "4.0.0"}})

says(reasons) := object.union({"deny": set(), "review": set(), "warn": set()}, reasons)

verdict(asked) := verdict_with(asked, {})

verdict_with(asked, parameters) := verdict if {
	verdict := {"deny": intent.deny, "review": intent.review, "warn": intent.warn} with input as asked
		with data.parameters as parameters
}

request(operation, type, state) := {
	"resource": {
		"resource_id": "logs",
		"resource_type": type,
		"provider": "hashicorp/aws",
		"provider_version": "3.76.1",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id"]},
}
