package intent_test

import data.intent

everybody := "its trust policy lets * assume it: name accounts or roles, or add a condition such as aws:PrincipalOrgID"

github := "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"

cluster := "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"

test_everybody_is_denied_however_it_is_spelt if {
	every principal in ["*", {"AWS": "*"}, {"AWS": ["arn:aws:iam::123456789012:root", "*"]}, {"Service": "*"}] {
		said(trust(allow(principal)), {}) == denied(everybody)
	}
}

test_an_update_is_judged_like_a_creation if {
	asked := request("update", {"assume_role_policy": policy(allow("*"))})
	said(asked, {}) == denied(everybody)
}

test_a_wildcard_within_an_arn_is_denied if {
	who := "arn:aws:iam::*:role/deploy"
	advice := "name accounts or roles, or add a condition such as aws:PrincipalOrgID"
	reason := sprintf("its trust policy lets %s assume it: %s", [who, advice])
	said(trust(allow({"AWS": who})), {}) == denied(reason)
}

test_named_principals_pass if {
	every principal in [
		{"Service": "lambda.amazonaws.com"},
		{"AWS": ["arn:aws:iam::123456789012:root", "123456789012"]},
		{"CanonicalUser": "79a59df900b949e5"},
	] {
		said(trust(allow(principal)), {}) == {}
	}
}

test_a_condition_that_narrows_lets_everybody_pass if {
	every condition in [
		{"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3"}},
		{"StringLike": {"AWS:PrincipalOrgPaths": ["o-a1b2c3/r-1/*"]}},
		{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/*"}},
		{"ForAnyValue:StringEquals": {"aws:PrincipalAccount": ["123456789012"]}},
	] {
		said(trust(conditional({"AWS": "*"}, condition)), {}) == {}
	}
}

test_a_condition_that_narrows_nothing_is_none if {
	every condition in [
		{},
		null,
		{"StringEquals": "o-a1b2c3"},
		{"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3"}},
		{"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3"}},
		{"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3"}},
		{"StringLike": {"aws:PrincipalOrgID": "o-*"}},
		{"StringLike": {"aws:PrincipalOrgID": ["o-a1b2c3", "*"]}},
		{"StringLike": {"aws:PrincipalOrgID": "o*"}},
		{"StringLike": {"aws:PrincipalOrgID": "o-a*"}},
		{"StringLike": {"aws:PrincipalAccount": "1*"}},
		{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}},
		{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::1*:role/deploy"}},
		{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam:*"}},
		{"StringLike": {"aws:PrincipalArn": "arn:aws:*"}},
		{"StringLike": {"aws:PrincipalArn": "arn*"}},
		{"StringLike": {"aws:PrincipalArn": "${aws:PrincipalArn}"}},
		{"StringEquals": {"sts:ExternalId": "it"}},
		{"Bool": {"aws:MultiFactorAuthPresent": true}},
	] {
		said(trust(conditional("*", condition)), {}) == denied(everybody)
	}
}

test_whom_it_does_not_trust_is_denied if {
	statement := {"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": {"AWS": "123456789012"}}
	reason := "its trust policy names whom it does not trust (NotPrincipal): name whom it does"
	said(trust([allow({"Service": "ec2.amazonaws.com"}), statement]), {}) == denied(reason)
}

test_a_statement_that_denies_passes if {
	said(trust({"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*"}), {}) == {}
}

test_a_federated_principal_without_condition_is_denied if {
	reason := sprintf("its trust policy trusts all users of %s: add a condition on aud or sub", [cluster])
	said(trust(allow({"Federated": cluster})), {}) == denied(reason)
	every condition in [{"StringLike": {"x:sub": "*"}}, {"StringEquals": {"x:amr": "authenticated"}}] {
		said(trust(conditional({"Federated": [cluster]}, condition)), {}) == denied(reason)
	}
}

test_a_federated_wildcard_is_everybody if {
	said(trust(allow({"Federated": "*"})), {}) == denied(everybody)
}

test_a_condition_on_the_audience_is_enough_for_an_issuer_of_ones_own if {
	condition := {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud": "sts.amazonaws.com"}}
	said(trust(conditional({"Federated": cluster}, condition)), {}) == {}
	saml := {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
	said(trust(conditional({"Federated": "arn:aws:iam::123456789012:saml-provider/idp"}, saml)), {}) == {}
}

test_a_shared_issuer_needs_a_condition_on_the_subject if {
	audience := {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}
	reason := sprintf("its trust policy trusts all users of %s: add a condition on sub", [github])
	said(trust(conditional({"Federated": github}, {"StringEquals": audience})), {}) == denied(reason)
	every subject in ["repo:*", "*", "repo*", "r*", "repo:o*", "repo:?rg/app:*", "${aws:sub}"] {
		open := {"StringEquals": audience, "StringLike": {"token.actions.githubusercontent.com:sub": subject}}
		said(trust(conditional({"Federated": github}, open)), {}) == denied(reason)
	}
	every subject in ["repo:org/app:*", "repo:org/*", "repo:org/app:ref:refs/heads/main"] {
		condition := {"StringEquals": audience, "StringLike": {"token.actions.githubusercontent.com:sub": subject}}
		said(trust(conditional({"Federated": github}, condition)), {}) == {}
	}
}

test_keys_in_another_case_are_read if {
	text := json.marshal({"statement": {"effect": "Allow", "action": "sts:AssumeRole", "principal": {"aws": "*"}}})
	said(request("create", {"assume_role_policy": text}), {}) == denied(everybody)
}

test_what_is_no_policy_is_denied if {
	every text in ["{", "[]"] {
		reason := "assume_role_policy is no JSON object: write it as IAM reads it"
		said(request("create", {"assume_role_policy": text}), {}) == denied(reason)
	}
}

test_a_policy_that_is_not_known_yet_is_reviewed if {
	asked := object.union(request("create", {}), {"plan": {"unknown": ["arn", "assume_role_policy"]}})
	said(asked, {}) == {"review": {"deploy: assume_role_policy is known only after apply: read it then"}}
}

test_what_import_and_refresh_find_is_a_warning if {
	every operation in ["import", "refresh"] {
		asked := request(operation, {"assume_role_policy": policy(allow("*"))})
		said(asked, {}) == {"warn": {sprintf("deploy: %s", [everybody])}}
	}
}

test_what_is_gone_or_null_passes if {
	said(request("refresh", null), {}) == {}
	said(request("update", {"assume_role_policy": null}), {}) == {}
}

test_parameters_widen_and_narrow_the_rule if {
	external := conditional("*", {"StringEquals": {"sts:ExternalId": "it"}})
	said(trust(external), {"narrowing_keys": ["sts:ExternalId"]}) == {}
	audience := conditional({"Federated": cluster}, {"StringEquals": {"x:aud": "sts.amazonaws.com"}})
	reason := sprintf("its trust policy trusts all users of %s: add a condition on sub", [cluster])
	said(trust(audience), {"federated_keys": ["sub"]}) == denied(reason)
	said(trust(audience), {"shared_issuers": ["OIDC.eks"]}) == denied(reason)
}

test_wrong_parameters_are_denied if {
	asked := trust(allow({"Service": "ec2.amazonaws.com"}))
	unknown := "iam_no_wildcard_principals: there is no parameter keys: correct its name"
	said(asked, {"keys": []}) == {"deny": {unknown}}
	wrong := "iam_no_wildcard_principals: parameter federated_keys must be a list of strings: correct it"
	said(asked, {"federated_keys": "sub"}) == {"deny": {wrong}}
	said(asked, {"federated_keys": [1]}) == {"deny": {wrong}}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

denied(reason) := {"deny": {sprintf("deploy: %s", [reason])}}

allow(principal) := {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}

conditional(principal, condition) := object.union(allow(principal), {"Condition": condition})

policy(statement) := json.marshal({"Version": "2012-10-17", "Statement": statement})

trust(statement) := request("create", {"name": "deploy", "assume_role_policy": policy(statement)})

request(operation, state) := {
	"resource": {
		"resource_id": "deploy",
		"resource_type": "aws_iam_role",
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	},
	"plan": {"unknown": ["arn", "id", "inline_policy"]},
}
