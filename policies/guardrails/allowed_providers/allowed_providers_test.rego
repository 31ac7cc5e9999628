package intent_test

import data.intent

test_the_providers_of_the_first_party_pass_by_default if {
	every provider in ["hashicorp/aws", "hashicorp/null"] {
		said(request("create", provider, "3.39.0"), {}) == {}
	}
}

test_another_provider_is_denied if {
	every provider in ["acme/aws", "registry.example.com/hashicorp/aws", "hashicorp"] {
		every operation in ["create", "update"] {
			reason := sprintf("it: provider %s is not allowed: use one of hashicorp/*", [provider])
			said(request(operation, provider, "3.39.0"), {}) == {"deny": {reason}}
		}
	}
}

test_what_import_and_refresh_find_is_a_warning if {
	every operation in ["import", "refresh"] {
		reason := "it: provider acme/aws is not allowed: use one of hashicorp/*"
		said(request(operation, "acme/aws", "3.39.0"), {}) == {"warn": {reason}}
	}
}

test_versions_that_a_constraint_reaches_pass if {
	every constraint in [
		"3.39.0",
		"= 3.39.0",
		"=3.39.0",
		">= 3",
		">= 3.39",
		"> 3.38.9",
		"< 4",
		"<= 3.39.0",
		"!= 3.38.0",
		"~> 3.0",
		"~> 3",
		"~> 3.39",
		"~> 3.39.0",
		">= 3.0.0, < 4.0.0, != 3.40.0",
		"",
	] {
		said(request("create", "hashicorp/aws", "3.39.0"), aws(constraint)) == {}
	}
}

test_versions_that_a_constraint_does_not_reach_are_denied if {
	every constraint in [
		"3.39.1",
		"= 3.38",
		">= 4",
		"> 3.39.0",
		"< 3.39",
		"<= 3.38.9",
		"!= 3.39.0",
		"~> 2.0",
		"~> 4",
		"~> 3.38.0",
		"~> 3.40",
		">= 3.0.0, < 3.39.0",
		"3.39.0-beta1",
	] {
		reason := sprintf("it: hashicorp/aws 3.39.0 is not an allowed version: use %s", [constraint])
		said(request("update", "hashicorp/aws", "3.39.0"), aws(constraint)) == {"deny": {reason}}
	}
}

test_a_version_before_its_release_needs_an_exact_constraint if {
	said(request("create", "hashicorp/aws", "4.0.0-beta1"), aws("4.0.0-beta1")) == {}
	every constraint in ["< 4.0.0", ">= 3.0.0", "~> 4.0"] {
		reason := sprintf("it: hashicorp/aws 4.0.0-beta1 is not an allowed version: use %s", [constraint])
		said(request("create", "hashicorp/aws", "4.0.0-beta1"), aws(constraint)) == {"deny": {reason}}
	}
}

test_a_version_that_is_none_is_denied if {
	reason := "it: hashicorp/aws latest is not an allowed version: use >= 3"
	said(request("create", "hashicorp/aws", "latest"), aws(">= 3")) == {"deny": {reason}}
}

test_one_of_several_entries_is_enough if {
	parameters := {"providers": {"hashicorp/*": "< 3", "hashicorp/aws": "~> 3.39"}}
	said(request("create", "hashicorp/aws", "3.39.0"), parameters) == {}
	reason := "it: hashicorp/aws 4.0.0 is not an allowed version: use < 3 or ~> 3.39"
	said(request("create", "hashicorp/aws", "4.0.0"), parameters) == {"deny": {reason}}
}

test_wrong_parameters_are_denied if {
	asked := request("create", "hashicorp/aws", "3.39.0")
	reason := "allowed_providers: there is no parameter provider: correct its name"
	said(asked, {"provider": {}}) == {"deny": {reason}}
	every wrong in [["hashicorp/aws"], {"hashicorp/aws": 3}, {"hashicorp/aws": "3.x"}, {"hashicorp/aws": ">= 3,"}] {
		wanted := "allowed_providers: parameter providers must be an object of version constraints: correct it"
		wanted in said(asked, {"providers": wrong}).deny
	}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

aws(constraint) := {"providers": {"hashicorp/aws": constraint}}

request(operation, provider, version) := {"resource": {
	"resource_id": "it",
	"resource_type": "aws_s3_bucket",
	"provider": provider,
	"provider_version": version,
	"operation": operation,
	"current_state": null,
	"proposed_state": {},
}}
