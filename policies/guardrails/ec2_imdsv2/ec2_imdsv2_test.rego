package intent_test

import data.intent

defaults_type := "aws_ec2_instance_metadata_defaults"

types := ["aws_instance", "aws_launch_configuration", "aws_launch_template", "aws_spot_instance_request"]

open := {"web: metadata can be read without a token; set http_tokens = \"required\""}

unsaid := {"web: metadata can be read without a token; add metadata_options with http_tokens = \"required\""}

requiring := {"account_requires_tokens": true}

test_options_that_are_left_out_are_denied if {
	every type in types {
		verdict(not_known(request("create", type, {}), "metadata_options")) == says({"deny": unsaid})
		verdict(request("update", type, {"metadata_options": []})) == says({"deny": unsaid})
	}
}

test_options_that_ask_for_no_token_are_denied if {
	every type in types {
		every options in [{"http_tokens": "optional"}, {"http_tokens": null}, {"http_endpoint": "enabled"}] {
			every operation in ["create", "update"] {
				asked := not_known(request(operation, type, {"metadata_options": [options]}), "metadata_options.0.http_tokens")
				verdict(asked) == says({"deny": open})
			}
		}
	}
}

test_a_token_or_no_service_at_all_passes if {
	every type in types {
		every options in [{"http_tokens": "required"}, {"http_endpoint": "disabled", "http_tokens": "optional"}] {
			verdict(request("create", type, {"metadata_options": [options]})) == says({})
		}
	}
}

test_an_account_that_asks_for_tokens_lets_them_be_left_out if {
	every type in types {
		every state in [{}, {"metadata_options": [{"http_endpoint": "enabled", "http_tokens": ""}]}] {
			verdict_with(request("create", type, state), requiring) == says({})
		}
		stated := request("create", type, {"metadata_options": [{"http_tokens": "optional"}]})
		verdict_with(stated, requiring) == says({"deny": open})
	}
	asked := request("create", "aws_instance", {})
	verdict_with(asked, {"account_requires_tokens": false}) == says({"deny": unsaid})
}

test_an_instance_from_a_launch_template_is_reviewed if {
	asked := request("create", "aws_instance", {"launch_template": [{"id": "lt-1"}]})
	verdict(asked) == says({"review": {"web: its launch template decides whether metadata takes a token"}})
	verdict_with(asked, requiring) == says({})
	stated := request("create", "aws_instance", {
		"launch_template": [{"id": "lt-1"}],
		"metadata_options": [{"http_tokens": "required"}],
	})
	verdict(stated) == says({})
}

test_the_hop_limit_is_a_parameter if {
	asked := request("create", "aws_instance", {"metadata_options": [{
		"http_tokens": "required",
		"http_put_response_hop_limit": 3,
	}]})
	verdict(asked) == says({})
	most := request("create", "aws_instance", {"metadata_options": [{
		"http_tokens": "required",
		"http_put_response_hop_limit": 64,
	}]})
	verdict(most) == says({})
	more := request("create", "aws_instance", {"metadata_options": [{
		"http_tokens": "required",
		"http_put_response_hop_limit": 65,
	}]})
	count(verdict(more).deny) == 1
	verdict_with(asked, {"max_hop_limit": 3}) == says({})
	said := verdict_with(asked, {"max_hop_limit": 2})
	said == says({"deny": {"web: http_put_response_hop_limit is 3; set it to 2 or less"}})
}

test_the_defaults_of_the_account_have_to_ask_for_tokens if {
	every tokens in ["optional", "no-preference", null] {
		verdict(request("create", defaults_type, {"http_tokens": tokens})) == says({"deny": open})
		verdict_with(request("update", defaults_type, {"http_tokens": tokens}), requiring) == says({"deny": open})
	}
	verdict(request("create", defaults_type, {"http_tokens": "required"})) == says({})
}

test_removing_the_defaults_of_the_account_is_reviewed if {
	said := verdict(request("delete", defaults_type, null))
	said == says({"review": {"web: without it the account no longer asks for tokens"}})
}

test_what_is_not_known_yet_is_reviewed if {
	every operation in ["create", "update"] {
		asked := not_known(request(operation, "aws_instance", {"metadata_options": [null]}), "metadata_options.0")
		said := verdict(asked)
		said == says({"review": {"web: metadata_options.0 is known only after apply; see that it asks for tokens"}})
		defaults := not_known(request(operation, defaults_type, {}), "http_tokens")
		also := verdict(defaults)
		also == says({"review": {"web: http_tokens is known only after apply; see that it asks for tokens"}})
	}
}

test_wrong_parameters_are_denied if {
	asked := request("delete", "aws_thing", null)
	reason := "ec2_imdsv2: there is no parameter misspelt: correct its name"
	verdict_with(asked, {"misspelt": true}) == says({"deny": {reason}})
	every wrong in ["true", 1, null] {
		told := "ec2_imdsv2: parameter account_requires_tokens must be true or false: correct it"
		verdict_with(asked, {"account_requires_tokens": wrong}) == says({"deny": {told}})
	}
	every wrong in ["10", -1, null] {
		told := "ec2_imdsv2: parameter max_hop_limit must be a number from 0: correct it"
		verdict_with(asked, {"max_hop_limit": wrong}) == says({"deny": {told}})
	}
}

test_what_an_import_or_a_refresh_finds_is_a_warning if {
	every operation in ["import", "refresh"] {
		said := verdict(request(operation, "aws_instance", {"metadata_options": [{"http_tokens": "optional"}]}))
		said == says({"warn": open})
		verdict(request(operation, "aws_instance", {"launch_template": [{"id": "lt-1"}]})) == says({})
		verdict(not_known(request(operation, defaults_type, {}), "http_tokens")) == says({})
	}
}

test_what_is_gone_deleted_or_of_another_type_passes if {
	every type in array.concat(types, [defaults_type]) {
		verdict(request("refresh", type, null)) == says({})
	}
	verdict(request("delete", "aws_instance", null)) == says({})
	every path in ["http_tokens", "metadata_options.0"] {
		verdict(not_known(request("create", "aws_thing", {"metadata_options": [{}]}), path)) == says({})
	}
}

not_known(asked, path) := object.union(asked, {"plan": {"unknown": ["arn", "id", path]}})

says(reasons) := object.union({"deny": set(), "review": set(), "warn": set()}, reasons)

verdict(asked) := verdict_with(asked, {})

verdict_with(asked, parameters) := verdict if {
	verdict := {"deny": intent.deny, "review": intent.review, "warn": intent.warn} with input as asked
		with data.parameters as parameters
}

request(operation, type, state) := {
	"resource": {
		"resource_id": "web",
		"resource_type": type,
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id"]},
}
