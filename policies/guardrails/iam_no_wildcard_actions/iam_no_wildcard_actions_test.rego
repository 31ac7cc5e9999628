package intent_test

import data.intent

test_every_action_is_denied_in_each_kind_of_policy if {
	every resource_type in ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"] {
		said(request("create", resource_type, {"policy": policy(allow("*"))}), {}) == {"deny": {allows("policy", "*")}}
	}
}

test_an_update_is_judged_like_a_creation if {
	said(request("update", "aws_iam_policy", {"policy": policy(allow("*"))}), {}) == {"deny": {allows("policy", "*")}}
}

test_a_wildcard_in_the_service_is_denied if {
	every action in ["*:*", "**", "i?m:listusers", "s*:getobject", "?"] {
		said(inline(allow(action)), {}) == {"deny": {allows("policy", action)}}
	}
}

test_a_wildcard_in_a_privileged_service_is_denied_whatever_its_case if {
	every action in ["iam:*", "IAM:*", "iam:?*", "iam:Create*", "iam:*Role", "iam:g*", "sts:*", "Organizations:Le?ve*"] {
		said(inline(allow(action)), {}) == {"deny": {allows("policy", lower(action))}}
	}
}

test_reading_wildcards_in_a_privileged_service_pass if {
	every action in ["iam:Get*", "iam:List*", "organizations:DescribeAccount*"] {
		said(inline(allow(action)), {}) == {}
	}
}

test_named_actions_pass if {
	said(inline(allow(["iam:PassRole", "s3:GetObject", "s3:Put*"])), {}) == {}
}

test_one_bad_action_in_a_list_is_denied if {
	said(inline(allow(["s3:GetObject", "iam:*"])), {}) == {"deny": {allows("policy", "iam:*")}}
}

test_a_whole_other_service_is_a_warning if {
	warning := `deploy: policy allows "s3:*", a whole service: name the actions that are needed`
	said(inline(allow("s3:*")), {}) == {"warn": {warning}}
}

test_every_statement_of_a_list_is_read_and_denials_pass if {
	statements := [allow("s3:GetObject"), {"Effect": "Deny", "Action": "*", "Resource": "*"}, allow("iam:*")]
	said(inline(statements), {}) == {"deny": {allows("policy", "iam:*")}}
}

test_keys_in_another_case_are_read if {
	statement := {"effect": "Allow", "action": "*", "resource": "*"}
	text := json.marshal({"statement": statement})
	said(request("create", "aws_iam_policy", {"policy": text}), {}) == {"deny": {allows("policy", "*")}}
}

test_everything_but_a_list_is_denied if {
	statement := {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
	reason := "deploy: policy allows all but a list (NotAction): name the actions that are needed"
	said(inline(statement), {}) == {"deny": {reason}}
	said(inline(object.union(statement, {"Effect": "Deny"})), {}) == {}
}

test_inline_policies_of_a_role_are_read if {
	blocks := [{"name": "a", "policy": policy(allow("s3:GetObject"))}, {"name": "b", "policy": policy(allow("*"))}]
	asked := request("create", "aws_iam_role", {"inline_policy": blocks, "managed_policy_arns": null})
	said(asked, {}) == {"deny": {allows("inline_policy.1.policy", "*")}}
}

test_a_role_without_policies_passes if {
	asked := request("create", "aws_iam_role", {"name": "deploy", "permissions_boundary": null})
	unknown := {"plan": {"unknown": ["arn", "id", "inline_policy", "managed_policy_arns"]}}
	said(object.union(asked, unknown), {}) == {}
	said(request("update", "aws_iam_role", {"inline_policy": [], "managed_policy_arns": []}), {}) == {}
}

test_the_inline_policy_of_a_permission_set_is_read if {
	asked := request("create", "aws_ssoadmin_permission_set_inline_policy", {"inline_policy": policy(allow("*"))})
	said(asked, {}) == {"deny": {allows("inline_policy", "*")}}
}

test_administrator_policies_are_not_attached if {
	every state in [
		{"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"},
		{"managed_policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"},
		{"managed_policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/AdministratorAccess"]},
	] {
		reason := "deploy: it attaches arn:aws:iam::aws:policy/AdministratorAccess: attach a policy that names its actions"
		said(request("create", "aws_iam_role_policy_attachment", state), {}) == {"deny": {reason}}
	}
}

test_other_attachments_pass if {
	every arn in ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess", "arn:aws:iam::123456789012:policy/AdministratorAccess"] {
		said(request("create", "aws_iam_role_policy_attachment", {"policy_arn": arn}), {}) == {}
	}
}

test_what_is_no_policy_is_denied if {
	every text in ["{", "[]", "null"] {
		asked := request("create", "aws_iam_policy", {"policy": text})
		said(asked, {}) == {"deny": {"deploy: policy is no JSON object: write it as IAM reads it"}}
	}
}

test_a_policy_that_is_not_known_yet_is_reviewed if {
	every path in ["policy", "policy_arn", "managed_policy_arn", "inline_policy.0.policy", "managed_policy_arns.1"] {
		asked := object.union(request("create", "aws_iam_role", {}), {"plan": {"unknown": ["arn", path]}})
		said(asked, {}) == {"review": {sprintf("deploy: %s is known only after apply: read it then", [path])}}
	}
	set := request("create", "aws_ssoadmin_permission_set_inline_policy", {})
	asked := object.union(set, {"plan": {"unknown": ["inline_policy"]}})
	said(asked, {}) == {"review": {"deploy: inline_policy is known only after apply: read it then"}}
}

test_the_policy_of_a_queue_is_not_its_business if {
	said(request("create", "aws_sqs_queue", {"policy": policy(allow("*"))}), {}) == {}
	asked := object.union(request("create", "aws_kms_key", {}), {"plan": {"unknown": ["policy"]}})
	said(asked, {}) == {}
}

test_what_import_and_refresh_find_is_a_warning if {
	every operation in ["import", "refresh"] {
		said(request(operation, "aws_iam_policy", {"policy": policy(allow("*"))}), {}) == {"warn": {allows("policy", "*")}}
	}
}

test_what_is_gone_or_null_passes if {
	said(request("refresh", "aws_iam_policy", null), {}) == {}
	said(request("update", "aws_iam_policy", {"policy": null}), {}) == {}
}

test_parameters_widen_and_narrow_the_rule if {
	every_service := {"services": ["*"]}
	said(inline(allow("s3:*")), every_service) == {"deny": {allows("policy", "s3:*")}}
	said(inline(allow("s3:Get*")), every_service) == {}
	said(inline(allow("s3:Head*")), {"services": ["S3"], "reading_verbs": ["Head"]}) == {}
	said(inline(allow("iam:*")), {"services": []}) == {"warn": {concat("", [
		`deploy: policy allows "iam:*", a whole service: `,
		"name the actions that are needed",
	])}}
	arn := "arn:aws:iam::aws:policy/PowerUserAccess"
	asked := request("create", "aws_iam_role_policy_attachment", {"policy_arn": arn})
	reason := sprintf("deploy: it attaches %s: attach a policy that names its actions", [arn])
	said(asked, {"managed_policies": ["PowerUserAccess"]}) == {"deny": {reason}}
}

test_wrong_parameters_are_denied if {
	asked := inline(allow("s3:GetObject"))
	unknown := "iam_no_wildcard_actions: there is no parameter service: correct its name"
	said(asked, {"service": []}) == {"deny": {unknown}}
	wrong := "iam_no_wildcard_actions: parameter reading_verbs must be a list of strings: correct it"
	said(asked, {"reading_verbs": {"get": true}}) == {"deny": {wrong}}
	said(asked, {"reading_verbs": ["get", 1]}) == {"deny": {wrong}}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

allows(place, action) := sprintf("deploy: %s allows %q: name the actions that are needed", [place, action])

allow(action) := {"Sid": "it", "Effect": "Allow", "Action": action, "Resource": "*"}

policy(statement) := json.marshal({"Version": "2012-10-17", "Statement": statement})

inline(statement) := request("create", "aws_iam_role_policy", {"role": "deploy", "policy": policy(statement)})

request(operation, resource_type, state) := {
	"resource": {
		"resource_id": "deploy",
		"resource_type": resource_type,
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id"]},
}
