package intent_test

import data.intent

# Put together here, so that no scanner takes them for real.
access_key := concat("", ["AKIA", "ABCDEFGHIJKLMNOP"])

script := concat("", ["#!/bin/sh\nexport AWS_ACCESS_KEY_ID=", access_key, "\n"])

advice := "keep it in Secrets Manager or as a SecureString, and refer to it"

test_each_kind_of_secret_is_found_wherever_it_stands if {
	every what, secret in {
		"an AWS access key": access_key,
		"an AWS secret key": sprintf("aws_secret_access_key = %s", [repeated("aB3/", 10)]),
		"a private key": concat("", ["-----BEGIN RSA ", "PRIVATE KEY-----\nMII"]),
		"a GitHub token": sprintf("ghp_%s", [repeated("aB3x", 9)]),
		"a Slack token": concat("", ["xoxb-", "1234567890-abc"]),
		"a Google key": sprintf("AIza%s", [repeated("aB3_x", 7)]),
		"a Stripe key": concat("", ["sk_live_", "aB3xaB3xaB3xaB3x"]),
		"a password in a URL": "see postgres://app:hunter2@db.internal/orders",
	} {
		said(create("aws_thing", {"description": secret}), {}) == denied(sprintf("description holds what looks like %s", [what]))
		nested := {"tags": {"note": secret}, "block": [{"values": ["x"]}]}
		said(create("aws_thing", nested), {}) == denied(sprintf("tags.note holds what looks like %s", [what]))
	}
}

test_ordinary_text_passes if {
	every text in [
		"",
		"ami-0123456789abcdef0",
		"arn:aws:iam::123456789012:role/deploy",
		"https://example.com:8443/path@x",
		"postgres://${user}:${password}@db.internal/orders",
		"-----BEGIN CERTIFICATE-----",
	] {
		said(create("aws_thing", {"description": text, "count": 3, "on": true, "none": null}), {}) == {}
	}
}

test_an_update_is_judged_like_a_creation if {
	asked := request("update", "aws_thing", {"description": access_key})
	said(asked, {}) == denied("description holds what looks like an AWS access key")
}

test_user_data_in_base64_is_decoded if {
	every attribute in ["user_data", "user_data_base64", "content_base64"] {
		state := {attribute: base64.encode(script)}
		reason := sprintf("%s, decoded, holds what looks like an AWS access key", [attribute])
		said(create("aws_launch_template", state), {}) == denied(reason)
	}
	wrapped := regex.replace(base64.encode(script), `^.{20}`, "$0\n")
	count(wrapped) == count(base64.encode(script)) + 1
	said(create("aws_launch_template", {"launch": [{"user_data": wrapped}]}), {}).deny
}

test_a_secret_that_a_script_assigns_is_found if {
	every line in ["PASSWORD=hunter2x", `db_password: "hunter2x"`, "  api-key = abcdef1234", `{"token": "abcdef1234"}`] {
		text := sprintf("#!/bin/sh\n%s\n", [line])
		names := {"names": `(?i)(password|token|api[_-]?key)`}
		said(create("aws_thing", {"content": text}), names) == denied("content assigns what looks like a secret")
		state := {"user_data_base64": base64.encode(text)}
		said(create("aws_thing", state), names) == denied("user_data_base64, decoded, assigns what looks like a secret")
	}
}

test_a_script_that_fetches_its_secret_passes if {
	every line in [
		"PASSWORD=$(aws ssm get-parameter --name /app/password)",
		`TOKEN="${TOKEN}"`,
		"password_file: /run/secrets/password",
		"echo the password is elsewhere",
	] {
		said(create("aws_thing", {"content": sprintf("#!/bin/sh\n%s\n", [line])}), {}) == {}
	}
}

test_user_data_that_is_planned_as_a_digest_is_reviewed if {
	state := {"user_data": "b93694e110eaa3caa158437263af01f5e00050ef", "user_data_base64": null}
	asked := object.union(create("aws_instance", state), {"plan": {"changed": ["ami", "user_data"]}})
	reason := "web: user_data is planned as a digest: read it, or give it as user_data_base64"
	said(asked, {}) == {"review": {reason}}
	unchanged := object.union(request("update", "aws_instance", state), {"plan": {"changed": ["tags"]}})
	said(unchanged, {}) == {}
	removed := object.union(request("update", "aws_instance", {"user_data": null}), {"plan": {"changed": ["user_data"]}})
	said(removed, {}) == {}
	said(request("import", "aws_instance", state), {}) == {}
	said(asked, {"exempt_paths": ["user_data"]}) == {}
}

test_variables_that_are_named_like_a_secret_are_found if {
	every name in ["PASSWORD", "db_password", "DB_PASSWD", "GITHUB_TOKEN", "clientSecret", "API_KEY", "privateKey"] {
		state := {"environment": [{"variables": {name: "hunter2", "LEVEL": "debug"}}]}
		reason := sprintf("environment.0.variables.%s is named like a secret and is in clear", [name])
		said(create("aws_lambda_function", state), {}) == denied(reason)
	}
}

test_variables_that_say_where_the_secret_is_pass if {
	every value in [
		"",
		"true",
		"arn:aws:secretsmanager:eu-west-1:123456789012:secret:db",
		"${ssm:/app/db}",
		"{{resolve:secretsmanager:db}}",
		"/app/prod/db-password",
	] {
		said(create("aws_lambda_function", {"environment": [{"variables": {"DB_PASSWORD": value}}]}), {}) == {}
	}
	others := {"PASSWORD_LENGTH": "12", "TOKEN_URL": "https://example.com", "SECRET_ARN": "x"}
	said(create("aws_lambda_function", {"environment": [{"variables": others}]}), {}) == {}
}

test_an_attribute_of_the_type_itself_is_no_variable if {
	said(create("aws_efs_file_system", {"creation_token": "orders"}), {}) == {}
}

test_blocks_of_name_and_value_are_read if {
	variable := {"name": "NPM_TOKEN", "type": "PLAINTEXT", "value": "hunter2"}
	nameless := [{"name": null, "type": "NO_ARTIFACTS", "value": "x"}, {"name": "TOKEN", "value": null}]
	state := {"artifacts": nameless, "environment": [{"environment_variable": [{"name": "A", "value": "b"}, variable]}]}
	place := "environment.0.environment_variable.1.value"
	reason := sprintf("%s, the value of NPM_TOKEN, is in clear", [place])
	said(create("aws_codebuild_project", state), {}) == denied(reason)
	every kind in ["PARAMETER_STORE", "SECRETS_MANAGER"] {
		referring := object.union(variable, {"type": kind})
		kept := {"environment": [{"environment_variable": [referring]}]}
		said(create("aws_codebuild_project", kept), {}) == {}
	}
}

test_containers_in_a_string_are_read if {
	container := {"name": "app", "environment": [{"name": "DB_PASSWORD", "value": "hunter2"}], "command": null}
	state := {"container_definitions": json.marshal([container])}
	reason := "container_definitions.0.environment.0.value, the value of DB_PASSWORD, is in clear"
	said(create("aws_ecs_task_definition", state), {}) == denied(reason)
	secrets := [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/db"}]
	kept := {"container_definitions": json.marshal([{"name": "app", "secrets": secrets}])}
	said(create("aws_ecs_task_definition", kept), {}) == {}
	said(create("aws_ecs_task_definition", {"container_definitions": "{"}), {}) == {}
}

test_what_the_provider_calls_sensitive_passes if {
	state := {"master": [{"password": "hunter2"}], "password": access_key}
	asked := object.union(create("aws_db_instance", state), {"plan": {"sensitive": ["master.0", "password"]}})
	said(asked, {}) == {}
	every mark in ["pass", "master.1"] {
		other := object.union(create("aws_db_instance", state), {"plan": {"sensitive": [mark]}})
		count(said(other, {}).deny) == 2
	}
}

test_a_parameter_of_ssm_in_clear_is_judged_although_it_is_sensitive if {
	state := {"name": "/app/db_password", "type": "String", "value": "hunter2"}
	sensitive := {"plan": {"sensitive": ["value"]}}
	asked := object.union(create("aws_ssm_parameter", state), sensitive)
	said(asked, {}) == denied("value, the value of /app/db_password, is in clear")
	secure := object.union(create("aws_ssm_parameter", object.union(state, {"type": "SecureString"})), sensitive)
	said(secure, {}) == {}
}

test_a_variable_that_is_not_known_yet_is_reviewed if {
	path := "environment.0.variables.DB_PASSWORD"
	unknown := {"plan": {"unknown": ["arn", "auth_token", "environment.0.variables.LEVEL", path]}}
	asked := object.union(create("aws_lambda_function", {}), unknown)
	reason := sprintf("web: %s is known only after apply: see that it is no secret", [path])
	said(asked, {}) == {"review": {reason}}
}

test_what_import_and_refresh_find_is_a_warning if {
	every operation in ["import", "refresh"] {
		reason := sprintf("web: description holds what looks like an AWS access key: %s", [advice])
		said(request(operation, "aws_thing", {"description": access_key}), {}) == {"warn": {reason}}
	}
}

test_what_is_gone_passes if {
	said(request("refresh", "aws_thing", null), {}) == {}
}

test_no_reason_quotes_the_secret if {
	variables := {"TOKEN": "hunter2hunter2", "NOTE": access_key}
	state := {"user_data": base64.encode(script), "content": "password=hunter2hunter2", "environment": [variables]}
	reasons := concat("", said(create("aws_thing", state), {}).deny)
	not contains(reasons, access_key)
	not contains(reasons, "hunter2")
}

test_patterns_names_and_paths_can_be_given if {
	patterns := {"patterns": {"a badge": `\bbadge-\d+\b`}}
	said(create("aws_thing", {"description": "badge-77"}), patterns) == denied("description holds what looks like a badge")
	said(create("aws_thing", {"description": access_key}), patterns) == {}
	said(create("aws_thing", {"tags": {"pin": "1234"}}), {"names": "pin"}) == denied("tags.pin is named like a secret and is in clear")
	said(create("aws_thing", {"tags": {"pin": access_key}}), {"exempt_paths": ["tags.*"]}) == {}
}

test_wrong_parameters_are_denied if {
	asked := create("aws_thing", {"description": access_key})
	reason := "no_plain_secrets: there is no parameter pattern: correct its name"
	reason in said(asked, {"pattern": {}}).deny
	every wrong in [
		{"name": "patterns", "value": ["x"], "kind": "an object of regular expressions"},
		{"name": "patterns", "value": {"x": "("}, "kind": "an object of regular expressions"},
		{"name": "names", "value": ["x"], "kind": "a regular expression"},
		{"name": "exempt_paths", "value": "tags", "kind": "a list of strings"},
		{"name": "exempt_paths", "value": [1], "kind": "a list of strings"},
	] {
		wanted := sprintf("no_plain_secrets: parameter %s must be %s: correct it", [wrong.name, wrong.kind])
		wanted in said(asked, {wrong.name: wrong.value}).deny
	}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

denied(finding) := {"deny": {sprintf("web: %s: %s", [finding, advice])}}

repeated(text, times) := concat("", [text | some _ in numbers.range(1, times)])

create(resource_type, state) := request("create", resource_type, state)

request(operation, resource_type, state) := {
	"resource": {
		"resource_id": "web",
		"resource_type": resource_type,
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"changed": [], "unknown": ["arn", "id"], "sensitive": []},
}
