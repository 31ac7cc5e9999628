package intent_test

import data.intent

test_an_acl[name] if {
	some name, case in data.cases.acls
	reasons := intent.deny with input as request(case.acl)
	count(reasons) == case.denied
}

test_which_acls_are_public_is_a_parameter if {
	reasons := intent.deny with input as request("private") with data.parameters as {"public_acls": ["private"]}
	reasons == {"logs: the ACL private lets anybody in"}
}

request(acl) := {"resource": {
	"resource_id": "logs",
	"resource_type": "aws_s3_bucket",
	"operation": "create",
	"proposed_state": {"acl": acl},
}}
