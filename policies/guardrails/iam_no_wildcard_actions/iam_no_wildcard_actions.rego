# METADATA
# title: IAM policies name the actions that they allow
# description: |
#   Denies a statement that allows every action, a wildcard in a privileged service, or everything but a list
#   (`NotAction`), and the attachment of AWS's own administrator policies. Reads inline and managed policies.
# related_resources:
#   - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
# custom:
#   severity: critical
#   resource_types:
#     - aws_iam_group_policy
#     - aws_iam_group_policy_attachment
#     - aws_iam_policy
#     - aws_iam_policy_attachment
#     - aws_iam_role
#     - aws_iam_role_policy
#     - aws_iam_role_policy_attachment
#     - aws_iam_user_policy
#     - aws_iam_user_policy_attachment
#     - aws_ssoadmin_managed_policy_attachment
#     - aws_ssoadmin_permission_set_inline_policy
#   operations: [create, update, import, refresh]
#   controls:
#     cis-aws: ["1.16"]
#     nist-800-53: [AC-6]
package intent

_defaults := {
	"services": ["account", "iam", "organizations", "sso", "sts"],
	"reading_verbs": ["describe", "get", "list"],
	"managed_policies": ["AdministratorAccess", "IAMFullAccess"],
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_is_list_of_strings(value)
}

_resource := input.resource

# Other types have an attribute `policy` too.
_is_iam if regex.match(`^aws_(iam|ssoadmin)_`, _resource.resource_type)

_state := _resource.proposed_state if _is_iam

deny contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"create", "update"}
	some finding in _findings
}

# Import and refresh change nothing in the cloud: what they find is told, not refused.
warn contains sprintf("%s: %s", [_resource.resource_id, finding]) if {
	_resource.operation in {"import", "refresh"}
	some finding in _findings
}

warn contains reason if {
	some [place, action] in _allowed
	regex.match(`^[^:*?]+:[*?]+$`, action)
	not _privileged(action)
	advice := "a whole service: name the actions that are needed"
	reason := sprintf("%s: %s allows %q, %s", [_resource.resource_id, place, action, advice])
}

review contains sprintf("%s: %s is known only after apply: read it then", [_resource.resource_id, path]) if {
	_is_iam
	some path in object.get(input, ["plan", "unknown"], [])
	_holds_a_policy(path)
}

# A role's whole `inline_policy` or `managed_policy_arns` is unknown where nobody sets it: AWS makes none.
_holds_a_policy(path) if regex.match(`^(inline_policy\.\d+(\.policy)?|managed_policy_arns\.\d+)$`, path)

_holds_a_policy(path) if path in {"managed_policy_arn", "policy", "policy_arn"}

_holds_a_policy("inline_policy") if _resource.resource_type != "aws_iam_role"

_findings contains sprintf("%s allows %q: name the actions that are needed", [place, action]) if {
	some [place, action] in _allowed
	_is_too_wide(action)
}

_findings contains sprintf("%s allows all but a list (NotAction): name the actions that are needed", [place]) if {
	some [place, statement] in _allowing
	some key in object.keys(statement)
	lower(key) == "notaction"
}

_findings contains sprintf("it attaches %s: attach a policy that names its actions", [arn]) if {
	some arn in _attached
	contains(arn, ":iam::aws:policy/")
	some name in _parameters.managed_policies
	endswith(arn, concat("", ["/", name]))
}

_findings contains sprintf("%s is no JSON object: write it as IAM reads it", [place]) if {
	some place, text in _documents
	not _is_object(text)
}

# A wildcard in the name of the service reaches every service; so does a lone `*`.
_is_too_wide(action) if regex.match(`^[^:]*[*?]`, action)

_is_too_wide(action) if {
	_privileged(action)
	[_, verb] := split(action, ":")
	regex.match(`[*?]`, verb)
	not strings.any_prefix_match(verb, {lower(reading) | some reading in _parameters.reading_verbs})
}

_privileged(_) if "*" in _parameters.services

_privileged(action) if {
	some service in _parameters.services
	lower(service) == split(action, ":")[0]
}

_allowed contains [place, lower(action)] if {
	some [place, statement] in _allowing
	some key, value in statement
	lower(key) == "action"
	some action in _listed(value)
	is_string(action)
}

_allowing contains [place, statement] if {
	some place, text in _documents
	_is_object(text)
	some key, value in json.unmarshal(text)
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

_documents[place] := text if {
	some place in ["policy", "inline_policy"]
	text := _state[place]
	is_string(text)
}

_documents[place] := text if {
	is_array(_state.inline_policy)
	some position, block in _state.inline_policy
	text := block.policy
	is_string(text)
	place := sprintf("inline_policy.%d.policy", [position])
}

_attached contains arn if {
	some attribute in ["managed_policy_arn", "managed_policy_arns", "policy_arn"]
	some arn in _listed(_state[attribute])
	is_string(arn)
}

_is_object(text) if {
	is_string(text)
	json.is_valid(text)
	is_object(json.unmarshal(text))
}

_listed(value) := value if is_array(value)

_listed(value) := [value] if not is_array(value)

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("iam_no_wildcard_actions: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("iam_no_wildcard_actions: parameter %s must be a list of strings: correct it", [name]) if {
	some name in object.keys(_defaults)
	not name in object.keys(_parameters)
}

_is_list_of_strings(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
