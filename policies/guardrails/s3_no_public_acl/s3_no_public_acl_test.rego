package intent_test

import data.intent

test_a_public_acl_is_denied if {
	every acl in ["authenticated-read", "public-read", "public-read-write"] {
		reasons := intent.deny with input as request("create", "aws_s3_bucket", {"acl": acl})
		reasons == {sprintf("logs: ACL %q opens it to the public", [acl])}
	}
}

test_a_public_acl_is_denied_on_update_of_an_object if {
	reasons := intent.deny with input as request("update", "aws_s3_bucket_object", {"acl": "public-read"})
	count(reasons) == 1
}

test_a_private_acl_passes if {
	asked := request("create", "aws_s3_bucket", {"acl": "private", "grant": []})
	said := intent with input as asked
	count(said.deny | said.warn | said.review) == 0
}

test_a_grant_to_everyone_is_denied if {
	everyone := "http://acs.amazonaws.com/groups/global/AllUsers"
	grant := {"type": "Group", "permissions": ["READ"], "uri": everyone}
	reasons := intent.deny with input as request("create", "aws_s3_bucket", {"acl": null, "grant": [grant]})
	reasons == {sprintf("logs: a grant to %s opens it to the public", [everyone])}
}

test_a_grant_within_an_access_control_policy_is_denied if {
	grantee := {"type": "Group", "uri": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}
	policies := [{"grant": [{"grantee": [grantee], "permission": "WRITE"}], "owner": [{"id": "o"}]}]
	reasons := intent.deny with input as request("create", "aws_s3_bucket_acl", {"access_control_policy": policies})
	count(reasons) == 1
}

test_a_grant_to_the_log_delivery_group_passes if {
	grant := {"type": "Group", "permissions": ["WRITE"], "uri": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
	reasons := intent.deny with input as request("create", "aws_s3_bucket", {"grant": [grant]})
	count(reasons) == 0
}

test_switching_a_protection_off_is_denied if {
	block := {"block_public_acls": true, "block_public_policy": false, "ignore_public_acls": true}
	reasons := intent.deny with input as request("create", "aws_s3_bucket_public_access_block", block)
	reasons == {"logs: block_public_policy is off", "logs: restrict_public_buckets is off"}
}

test_an_acl_that_is_not_known_yet_is_reviewed if {
	asked := object.union(request("create", "aws_s3_bucket_object", {}), {"plan": {"unknown": ["acl", "id"]}})
	reasons := intent.review with input as asked
	reasons == {"logs: the ACL is known only after apply"}
}

test_an_acl_that_newer_providers_read_back_is_not_reviewed if {
	newer := {"resource": {"provider_version": "5.31.0"}, "plan": {"unknown": ["acl", "id"]}}
	reasons := intent.review with input as object.union(request("create", "aws_s3_bucket", {}), newer)
	count(reasons) == 0
}

test_what_an_import_finds_is_a_warning if {
	said := intent with input as request("import", "aws_s3_bucket", {"acl": "public-read"})
	count(said.warn) == 1
	count(said.deny) == 0
}

test_a_delete_passes if {
	said := intent with input as request("delete", "aws_s3_bucket", null)
	count(said.deny | said.warn | said.review) == 0
}

test_another_type_with_an_attribute_of_that_name_passes if {
	reasons := intent.deny with input as request("create", "aws_thing", {"acl": "public-read"})
	count(reasons) == 0
}

request(operation, type, state) := {
	"resource": {
		"resource_id": "logs",
		"resource_type": type,
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id"]},
}
