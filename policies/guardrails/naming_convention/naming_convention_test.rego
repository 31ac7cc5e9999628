package intent_test

import data.intent

words := `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`

test_names_of_lower_case_words_pass if {
	every name in ["logs", "web-logs", "web2-logs-2026"] {
		said(request("create", "aws_s3_bucket", {"bucket": name}), {}) == {}
	}
	said(request("create", "aws_sqs_queue", {"name": "orders.fifo"}), {}) == {}
}

test_other_names_are_denied if {
	every name in ["Logs", "web_logs", "web.logs", "-logs", "logs-", "2logs", ""] {
		every operation in ["create", "update"] {
			reason := sprintf("logs: bucket %q does not match %s: rename it", [name, words])
			said(request(operation, "aws_s3_bucket", {"bucket": name}), {}) == {"deny": {reason}}
		}
	}
}

test_the_attribute_that_is_the_name_depends_on_the_type if {
	state := {"identifier": "Orders", "name": "x_y"}
	reason := sprintf(`logs: identifier "Orders" does not match %s: rename it`, [words])
	said(request("create", "aws_db_instance", state), {}) == {"deny": {reason}}
}

test_a_name_is_judged_and_not_the_prefix_beside_it if {
	said(request("create", "aws_s3_bucket", {"bucket": "web-logs", "bucket_prefix": "Web_"}), {}) == {}
}

test_a_prefix_is_judged_as_the_provider_completes_it if {
	state := {"bucket": null, "bucket_prefix": "web-logs-"}
	said(request("create", "aws_s3_bucket", state), {}) == {}
	prefixed := object.union(request("create", "aws_s3_bucket", {"bucket_prefix": "web_"}), {"plan": {"unknown": ["bucket"]}})
	reason := sprintf(`logs: bucket "web_20260102030405678900000001" does not match %s: rename it`, [words])
	said(prefixed, {}) == {"deny": {reason}}
}

test_a_name_that_is_left_to_the_provider_is_reviewed if {
	asked := object.union(request("create", "aws_s3_bucket", {"bucket_prefix": null}), {"plan": {"unknown": ["bucket", "id"]}})
	said(asked, {}) == {"review": {"logs: bucket is known only after apply: give it"}}
}

test_a_missing_name_is_denied if {
	reason := sprintf("logs: it has no bucket: give it one that matches %s", [words])
	said(request("update", "aws_s3_bucket", {"bucket": null}), {}) == {"deny": {reason}}
}

test_a_type_without_pattern_or_without_name_passes if {
	said(request("create", "aws_iam_role", {"name": "Deploy Role"}), {}) == {}
	every_type := {"patterns": {"*": words}}
	said(request("create", "aws_iam_role_policy_attachment", {"role": "Deploy"}), every_type) == {}
	said(request("refresh", "aws_s3_bucket", null), {}) == {}
}

test_what_import_and_refresh_find_is_a_warning if {
	every operation in ["import", "refresh"] {
		reason := sprintf(`logs: bucket "Logs" does not match %s: rename it`, [words])
		said(request(operation, "aws_s3_bucket", {"bucket": "Logs"}), {}) == {"warn": {reason}}
	}
}

test_patterns_and_attributes_can_be_given if {
	parameters := {
		"patterns": {"*": "^acme-", "aws_instance": "^i-[a-z]+$"},
		"attributes": {"aws_instance": "tags.Name"},
	}
	said(request("create", "aws_instance", {"tags": {"Name": "i-web"}, "name": 1}), parameters) == {}
	reason := `logs: tags.Name "web" does not match ^i-[a-z]+$: rename it`
	said(request("create", "aws_instance", {"tags": {"Name": "web"}}), parameters) == {"deny": {reason}}
	every state in [{"tags": null}, {"tags": {"owner": "a"}}] {
		nameless := "logs: it has no tags.Name: give it one that matches ^i-[a-z]+$"
		said(request("create", "aws_instance", state), parameters) == {"deny": {nameless}}
	}
	said(request("create", "aws_sqs_queue", {"name": "acme-orders"}), parameters) == {}
	other := `logs: name "orders" does not match ^acme-: rename it`
	said(request("create", "aws_sqs_queue", {"name": "orders"}), parameters) == {"deny": {other}}
}

test_a_tag_that_is_known_only_after_apply_is_reviewed if {
	parameters := {"patterns": {"aws_instance": "^i-"}, "attributes": {"aws_instance": "tags.Name"}}
	every path in ["tags", "tags.Name"] {
		asked := object.union(request("create", "aws_instance", {"tags": {}}), {"plan": {"unknown": [path]}})
		said(asked, parameters) == {"review": {"logs: tags.Name is known only after apply: give it"}}
	}
}

test_wrong_parameters_are_denied if {
	asked := request("create", "aws_s3_bucket", {"bucket": "logs"})
	said(asked, {"pattern": "x"}) == {"deny": {"naming_convention: there is no parameter pattern: correct its name"}}
	every wrong in ["^a", {"aws_s3_bucket": 1}, {"aws_s3_bucket": "("}] {
		reason := "naming_convention: parameter patterns must be an object of regular expressions: correct it"
		said(asked, {"patterns": wrong}) == {"deny": {reason}}
	}
	every wrong in [[], {"aws_s3_bucket": null}] {
		reason := "naming_convention: parameter attributes must be an object of attributes: correct it"
		said(asked, {"attributes": wrong}) == {"deny": {reason}}
	}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

request(operation, resource_type, state) := {
	"resource": {
		"resource_id": "logs",
		"resource_type": resource_type,
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id"]},
}
