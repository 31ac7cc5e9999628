# METADATA
# title: Trust policies say whom they trust
# description: |
#   Denies a role whose trust policy lets anybody assume it (`Principal: "*"`, `NotPrincipal`) without a condition
#   that narrows it, and a federated principal (OIDC, SAML) without a condition on who of its users may.
# related_resources:
#   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
# custom:
#   severity: critical
#   resource_types: [aws_iam_role]
#   operations: [create, update, import, refresh]
#   controls:
#     nist-800-53: [AC-3, AC-6]
package intent

_defaults := {
	"narrowing_keys": [
		"aws:principalaccount",
		"aws:principalarn",
		"aws:principalorgid",
		"aws:principalorgpaths",
	],
	# Not `amr`: it tells how somebody signed in, and anybody may to a pool of their own.
	"federated_keys": ["aud", "sub"],
	"shared_issuers": [
		"app.terraform.io",
		"gitlab.com",
		"token.actions.githubusercontent.com",
	],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

_resource := input.resource

_trust := _resource.proposed_state.assume_role_policy

deny contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"create", "update"}
	some finding in _findings
}

# Import and refresh change nothing in the cloud: what they find is told, not refused.
warn contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"import", "refresh"}
	some finding in _findings
}

review contains sprintf("%s: assume_role_policy is known only after apply: read it then", [_resource.resource_id]) if {
	"assume_role_policy" in object.get(input, ["plan", "unknown"], [])
}

_findings contains sprintf("its trust policy lets %s assume it: %s", [who, advice]) if {
	some statement in _allowing
	some who in _wildcards(statement)
	not _is_narrowed(statement, {lower(key) | some key in _parameters.narrowing_keys})
	advice := "name accounts or roles, or add a condition such as aws:PrincipalOrgID"
}

_findings contains "its trust policy names whom it does not trust (NotPrincipal): name whom it does" if {
	some statement in _allowing
	some key in object.keys(statement)
	lower(key) == "notprincipal"
}

_findings contains sprintf("its trust policy trusts all users of %s: add a condition on %s", [issuer, wanted]) if {
	some statement in _allowing
	some issuer in _principals(statement, "federated")
	not contains(issuer, "*")
	suffixes := _wanted_of(issuer)
	not _is_narrowed(statement, suffixes)
	wanted := concat(" or ", sort(suffixes))
}

_findings contains "assume_role_policy is no JSON object: write it as IAM reads it" if {
	is_string(_trust)
	not _is_object(_trust)
}

# Whoever may use a service that many share is told apart by the subject alone.
_wanted_of(issuer) := {"sub"} if _is_shared(issuer)

_wanted_of(issuer) := {lower(key) | some key in _parameters.federated_keys} if not _is_shared(issuer)

_is_shared(issuer) if {
	some shared in _parameters.shared_issuers
	contains(lower(issuer), lower(shared))
}

_allowing contains statement if {
	_is_object(_trust)
	some key, value in json.unmarshal(_trust)
	lower(key) == "statement"
	some statement in _listed(value)
	is_object(statement)
	not _denies(statement)
}

_denies(statement) if {
	some key, value in statement
	lower(key) == "effect"
	value == "Deny"
}

# Whom a statement names with a wildcard: `"*"` itself, or as any kind of principal.
_wildcards(statement) := {value |
	some key, value in statement
	lower(key) == "principal"
	is_string(value)
} | {who |
	some kind in ["aws", "canonicaluser", "federated", "service"]
	some who in _principals(statement, kind)
	contains(who, "*")
}

_principals(statement, kind) := {who |
	some key, value in statement
	lower(key) == "principal"
	is_object(value)
	some named, whom in value
	lower(named) == kind
	some who in _listed(whom)
	is_string(who)
}

# A wildcard is open unless this stands before it: of an ARN all to its account, an organization, or two words, as
# in `repo:org/`.
_narrow_arn := `^arn(:[^:*?]+){2}:[^:*?]*:[0-9]+:`

_narrow_words := `^(o-[a-z0-9]+/|[^:/*?]+[:/][^:/*?]+[:/])`

_is_open(value) if {
	regex.match(`[*?]`, value)
	startswith(value, "arn:")
	not regex.match(_narrow_arn, value)
}

_is_open(value) if {
	regex.match(`[*?]`, value)
	not startswith(value, "arn:")
	not regex.match(_narrow_words, value)
}

# AWS puts what the caller brings in place of a variable.
_is_open(value) if contains(value, "${")

# A condition narrows where the operator asks for a value, the key must be there, and every value says something.
# `keys` are whole keys, or what follows the last `:` of a key (`sub`).
_is_narrowed(statement, keys) if {
	some element, operators in statement
	lower(element) == "condition"
	is_object(operators)
	some operator, conditions in operators
	regex.match(`^(?i)(foranyvalue:)?(stringequals|stringequalsignorecase|stringlike|arnequals|arnlike)$`, operator)
	is_object(conditions)
	some key, values in conditions
	some wanted in {lower(key), regex.replace(lower(key), `^.*:`, "")}
	wanted in keys
	every value in _listed(values) {
		is_string(value)
		not _is_open(value)
	}
}

_is_object(text) if {
	is_string(text)
	json.is_valid(text)
	is_object(json.unmarshal(text))
}

_listed(value) := value if is_array(value)

_listed(value) := [value] if not is_array(value)

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("iam_no_wildcard_principals: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("iam_no_wildcard_principals: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
