package intent_test

import data.intent

test_everyone_is_denied_however_it_is_written if {
	every principal in ["*", {"AWS": "*"}, {"AWS": ["arn:aws:iam::111122223333:root", "*"]}, {"AWS": "arn:aws:iam::*:root"}] {
		every operation in ["create", "update"] {
			said := verdict(request(operation, "aws_s3_bucket_policy", policy([allow(principal)])))
			said == says({"deny": {open_at(0)}})
		}
	}
}

test_everyone_is_denied_on_each_type_that_holds_a_policy if {
	every type in [
		"aws_s3_access_point", "aws_s3_bucket", "aws_s3_bucket_policy",
		"aws_s3control_access_point_policy", "aws_s3control_bucket_policy",
		"aws_s3control_object_lambda_access_point_policy",
	] {
		verdict(request("create", type, policy([allow("*")]))) == says({"deny": {open_at(0)}})
	}
}

test_the_policy_of_a_multi_region_access_point_stands_in_a_block if {
	type := "aws_s3control_multi_region_access_point_policy"
	every operation in ["create", "update"] {
		asked := request(operation, type, {"details": [policy([allow("*")])]})
		verdict(asked) == says({"deny": {open_at(0)}})
	}
	every path in ["details.0", "details.0.policy"] {
		asked := object.union(request("create", type, {"details": [{}]}), {"plan": {"unknown": ["id", path]}})
		verdict(asked) == says({"review": {"logs: the policy is known only after apply"}})
	}
	verdict(not_known(request("create", type, {"details": []}))) == says({})
}

test_all_but_some_is_everyone if {
	statement := {"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:*"}
	verdict(request("create", "aws_s3_bucket_policy", policy([statement]))) == says({"deny": {open_at(0)}})
}

test_a_single_statement_needs_no_list if {
	verdict(request("create", "aws_s3_bucket_policy", policy(allow("*")))) == says({"deny": {open_at(0)}})
}

test_names_are_read_in_any_case if {
	text := json.marshal({"statement": [{"effect": "allow", "PRINCIPAL": "*", "action": "s3:*"}]})
	verdict(request("create", "aws_s3_bucket_policy", {"policy": text})) == says({"deny": {open_at(0)}})
}

test_each_statement_is_judged if {
	statements := [allow({"Service": "cloudfront.amazonaws.com"}), allow("*"), allow("*")]
	said := verdict(request("create", "aws_s3_bucket_policy", policy(statements)))
	said == says({"deny": {open_at(1), open_at(2)}})
}

test_named_principals_pass if {
	every principal in [
		{"AWS": "arn:aws:iam::111122223333:root"}, {"AWS": ["111122223333"]},
		{"Service": "logging.s3.amazonaws.com"}, {"CanonicalUser": "79a59d"},
	] {
		verdict(request("create", "aws_s3_bucket_policy", policy([allow(principal)]))) == says({})
	}
}

test_denying_everyone_passes if {
	statement := {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
	verdict(request("create", "aws_s3_bucket_policy", policy([statement]))) == says({})
}

test_a_condition_of_fixed_values_narrows_everyone if {
	every condition in [
		{"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
		{"StringEqualsIgnoreCase": {"AWS:PRINCIPALORGID": ["o-a1b2c3d4e5"]}},
		{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/"}},
		{"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/E1"}},
		{"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.7", "2001:db8::/32"]}},
		{"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceAccount": "111122223333"}},
	] {
		asked := request("create", "aws_s3_bucket_policy", policy([allow_if("*", condition)]))
		verdict(asked) == says({})
	}
}

test_each_of_these_conditions_narrows_by_default if {
	every key in [
		"aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:SourceAccount",
		"aws:SourceArn", "aws:SourceIp", "aws:SourceOwner", "aws:SourceVpc", "aws:SourceVpce", "aws:userid",
		"aws:VpcSourceIp", "s3:DataAccessPointAccount", "s3:DataAccessPointArn",
	] {
		asked := request("create", "aws_s3_bucket_policy", policy([allow_if("*", {"ArnEquals": {key: "x"}})]))
		verdict(asked) == says({})
	}
}

test_a_condition_that_anyone_can_meet_does_not_narrow if {
	every condition in [
		{},
		{"Bool": {"aws:SecureTransport": "true"}},
		{"StringEquals": {"aws:Referer": "https://example.com"}},
		{"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}},
		{"StringLike": {"aws:SourceVpce": ["vpce-1a2b3c4d", "vpce-?"]}},
		{"StringEquals": {"aws:userid": "${aws:userid}"}},
		{"StringEquals": {"aws:SourceVpce": []}},
		{"StringEquals": {"aws:SourceVpce": [5]}},
		{"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
		{"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
		{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/"}},
		{"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
		{"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "128.0.0.0/1"]}},
		{"IpAddress": {"aws:SourceIp": "2000::/3"}},
	] {
		asked := request("create", "aws_s3_bucket_policy", policy([allow_if("*", condition)]))
		verdict(asked) == says({"deny": {open_at(0)}})
	}
}

test_what_narrows_is_a_parameter if {
	asked := request("create", "aws_s3_bucket_policy", policy([allow_if("*", {"StringEquals": {"aws:SourceVpc": "vpc-1"}})]))
	verdict_with(asked, {"narrowing_conditions": ["aws:SourceVpc"]}) == says({})
	verdict_with(asked, {"narrowing_conditions": []}) == says({"deny": {open_at(0)}})
}

test_a_policy_that_is_not_json_is_denied if {
	every text in ["{", "Allow everyone", "{\"Statement\": [}"] {
		asked := request("create", "aws_s3_bucket_policy", {"policy": text})
		verdict(asked) == says({"deny": {"logs: the policy is not JSON; correct it"}})
	}
}

test_a_policy_without_statements_that_can_be_read_is_denied if {
	every text in ["{}", "[]", "5", "null", "\"x\"", "{\"Statement\": []}", "{\"Statement\": [\"x\"]}", "{\"Statement\": null}"] {
		asked := request("update", "aws_s3_bucket_policy", {"policy": text})
		verdict(asked) == says({"deny": {"logs: the policy has no statements that can be read; correct it"}})
	}
}

test_members_of_another_shape_than_expected_let_nobody_in if {
	statements := [
		{"Effect": true, "Principal": "*"}, {"Effect": "Allow", "Principal": 5},
		{"Effect": "Allow", "Principal": "111122223333", "Condition": "x"},
	]
	verdict(request("create", "aws_s3_bucket_policy", policy(statements))) == says({})
	every condition in ["x", {"StringEquals": "x"}] {
		asked := request("create", "aws_s3_bucket_policy", policy([allow_if("*", condition)]))
		verdict(asked) == says({"deny": {open_at(0)}})
	}
}

test_a_bucket_without_a_policy_passes if {
	every text in [null, "", " \n"] {
		verdict(request("create", "aws_s3_bucket", {"bucket": "logs", "policy": text})) == says({})
	}
}

test_a_policy_that_is_not_known_yet_is_reviewed if {
	reviewed := says({"review": {"logs: the policy is known only after apply"}})
	every type in ["aws_s3_bucket", "aws_s3_bucket_policy"] {
		verdict(not_known(request("create", type, {"bucket": "logs"}))) == reviewed
	}
	verdict(newer(not_known(request("update", "aws_s3_bucket_policy", {"bucket": "logs"})))) == reviewed
}

test_a_policy_that_newer_providers_read_back_is_not_reviewed if {
	every type in ["aws_s3_access_point", "aws_s3_bucket"] {
		verdict(newer(not_known(request("create", type, {"bucket": "logs"})))) == says({})
	}
}

test_what_is_meant_to_be_public_passes if {
	parameters := {"public_buckets": ["www.*"]}
	site := request("create", "aws_s3_bucket", object.union({"bucket": "www.example.com"}, policy([allow("*")])))
	verdict_with(site, parameters) == says({})
	verdict_with(not_known(site), parameters) == says({})
	other := request("create", "aws_s3_bucket", object.union({"bucket": "logs"}, policy([allow("*")])))
	verdict_with(other, parameters) == says({"deny": {open_at(0)}})
	nameless := request("create", "aws_s3_bucket", object.union({"bucket": null}, policy([allow("*")])))
	verdict_with(nameless, {"public_buckets": ["*"]}) == says({"deny": {open_at(0)}})
}

test_a_policy_that_cannot_be_read_is_denied_even_there if {
	asked := request("create", "aws_s3_bucket_policy", {"bucket": "www.example.com", "policy": "{"})
	count(verdict_with(asked, {"public_buckets": ["*"]}).deny) == 1
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "s3_no_public_policy: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["x", [1], {}, null] {
		told := "s3_no_public_policy: parameter narrowing_conditions must be a list of strings: correct it"
		verdict_with(asked, {"narrowing_conditions": wrong}) == says({"deny": {told}})
	}
	every wrong in ["x", [1], {}, null] {
		told := "s3_no_public_policy: parameter public_buckets must be a list of strings: correct it"
		verdict_with(asked, {"public_buckets": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		asked := request(operation, "aws_s3_bucket_policy", policy([allow("*")]))
		verdict(asked) == says({"warn": {open_at(0)}})
		verdict(not_known(request(operation, "aws_s3_bucket_policy", {}))) == says({})
	}
}

test_a_delete_and_another_type_pass if {
	verdict(request("delete", "aws_s3_bucket_policy", null)) == says({})
	verdict(not_known(request("create", "aws_sqs_queue", policy([allow("*")])))) == says({})
}

allow(principal) := {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*"}

allow_if(principal, condition) := object.union(allow(principal), {"Condition": condition})

policy(statements) := {"policy": json.marshal({"Version": "2012-10-17", "Statement": statements})}

open_at(position) := sprintf(
	"logs: statement %d of the policy lets everyone in; name principals, or add a condition such as aws:SourceVpce",
	[position],
)

not_known(asked) := object.union(asked, {"plan": {"unknown": ["arn", "id", "policy"]}})

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
