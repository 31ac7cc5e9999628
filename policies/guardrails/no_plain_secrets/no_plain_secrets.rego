# METADATA
# title: No secret stands in a plain attribute
# description: |
#   Denies what looks like a key, a token or a password in an attribute that is not made for secrets: user data (also
#   in base64), environment variables, contents, tags. The reason names the place and never the secret.
# related_resources:
#   - https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html
# custom:
#   severity: critical
#   resource_types: ["*"]
#   operations: [create, update, import, refresh]
#   controls:
#     cis-aws: ["1.18"]
#     nist-800-53: ["IA-5(7)", SC-28]
package intent

_defaults := {
	"patterns": {
		"an AWS access key": `\b(AKIA|ASIA)[A-Z0-9]{16}\b`,
		"an AWS secret key": `(?i)secret_?(access_?)?key['"]?\s*[:=]\s*['"]?[A-Za-z0-9/+=]{40}([^A-Za-z0-9/+=]|$)`,
		"a private key": `-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY`,
		"a GitHub token": `\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})`,
		"a Slack token": `\bxox[abeprs]-[A-Za-z0-9-]{10}`,
		"a Google key": `\bAIza[A-Za-z0-9_-]{35}`,
		"a Stripe key": `\b[rs]k_live_[A-Za-z0-9]{16}`,
		"a password in a URL": `\b[a-z][a-z0-9+.-]*://[^/\s:@$]*:[^/\s:@$]{3,}@`,
	},
	# Of variables, of members of maps, and in scripts of what is assigned to.
	"names": `(?i)(password|passwd|pwd|secret|token|(access|api|encryption|private|secret|signing)_?key)`,
	# Dotted paths, `*` stands for one step: `tags.*`.
	"exempt_paths": [],
}

_kinds := {
	"patterns": "an object of regular expressions",
	"names": "a regular expression",
	"exempt_paths": "a list of strings",
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_fits(name, value)
}

_resource := input.resource

_state := _resource.proposed_state

_advice := "keep it in Secrets Manager or as a SecureString, and refer to it"

deny contains sprintf("%s: %s: %s", [_resource.resource_id, finding, _advice]) if {
	_resource.operation in {"create", "update"}
	some finding in _findings
}

# What exists already is told, not refused.
warn contains sprintf("%s: %s: %s", [_resource.resource_id, finding, _advice]) if {
	_resource.operation in {"import", "refresh"}
	some finding in _findings
}

review contains sprintf("%s: %s is known only after apply: see that it is no secret", [_resource.resource_id, path]) if {
	some path in object.get(input, ["plan", "unknown"], [])
	contains(path, ".")
	_is_named_like_a_secret(path)
	_is_judged(path)
}

# Version 3 of the AWS provider plans a digest in place of the text.
review contains sprintf("%s: %s", [_resource.resource_id, reason]) if {
	_resource.operation in {"create", "update"}
	"user_data" in object.get(input, ["plan", "changed"], [])
	is_string(_state.user_data)
	regex.match(`^[0-9a-f]{40}$`, _state.user_data)
	_is_judged("user_data")
	reason := "user_data is planned as a digest: read it, or give it as user_data_base64"
}

_findings contains sprintf("%s holds what looks like %s", [path, what]) if {
	some [path, text] in (_texts | _decoded)
	some what, pattern in _parameters.patterns
	regex.match(pattern, text)
}

_findings contains sprintf("%s assigns what looks like a secret", [path]) if {
	some [path, text] in _scripts
	regex.match(sprintf(`(?:%s)['"]?\s*[:=]\s*['"]?[^\s'"$<{(&%%/]{6}`, [_parameters.names]), text)
}

_findings contains sprintf("%s is named like a secret and is in clear", [path]) if {
	some [path, text] in _texts
	contains(path, ".")
	_is_named_like_a_secret(path)
	not _refers(text)
}

# Blocks of a name and a value: variables of CodeBuild, options of Elastic Beanstalk, containers of ECS.
_findings contains sprintf("%s, the value of %s, is in clear", [place, pair.name]) if {
	some root in _roots
	walk(root.value, [path, pair])
	is_object(pair)
	_is_named_like_a_secret(pair.name)
	is_string(pair.value)
	not _refers(pair.value)
	not object.get(pair, "type", "") in {"PARAMETER_STORE", "SECRETS_MANAGER"}
	place := _dotted(root, array.concat(path, ["value"]))
	_is_judged(place)
}

# The state, and the containers of ECS and Batch, which are JSON in a string.
_roots contains {"at": [], "value": _state}

_roots contains {"at": [attribute], "value": json.unmarshal(text)} if {
	some attribute in ["container_definitions", "container_properties"]
	text := _state[attribute]
	is_string(text)
	json.is_valid(text)
}

_texts contains [place, text] if {
	some root in _roots
	walk(root.value, [path, text])
	is_string(text)
	place := _dotted(root, path)
	_is_judged(place)
}

_decoded contains [sprintf("%s, decoded,", [place]), base64.decode(stripped)] if {
	some [place, text] in _texts
	regex.match(`(^|\.)(user_data|user_data_base64|content_base64)$`, place)
	stripped := regex.replace(text, `\s`, "")
	regex.match(`^[A-Za-z0-9+/]+={0,2}$`, stripped)
	base64.is_valid(stripped)
}

_scripts contains [place, text] if {
	some [place, text] in _texts
	regex.match(`(^|\.)(buildspec|content|user_data)$`, place)
}

_scripts contains script if some script in _decoded

_dotted(root, path) := concat(".", [sprintf("%v", [step]) | some step in array.concat(root.at, path)])

_is_named_like_a_secret(name) if {
	is_string(name)
	regex.match(sprintf("(?:%s)$", [_parameters.names]), name)
}

# Not the secret but where it is, or no secret at all.
_refers(text) if regex.match(`^(|true|false|arn:.*|\$[({].*|\{\{.*|ssm:.*|secretsmanager:.*|(/[\w.-]+)+)$`, text)

_is_judged(path) if {
	not _is_sensitive(path)
	not _is_exempt(path)
}

# What the provider calls sensitive is made for secrets, but for a parameter of SSM that is kept in clear.
_is_sensitive(path) if {
	some mark in object.get(input, ["plan", "sensitive"], [])
	startswith(sprintf("%s.", [path]), sprintf("%s.", [mark]))
	not _is_clear_parameter
}

_is_clear_parameter if {
	_resource.resource_type == "aws_ssm_parameter"
	_state.type in {"String", "StringList"}
}

_is_exempt(path) if {
	some pattern in _parameters.exempt_paths
	glob.match(pattern, ["."], path)
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("no_plain_secrets: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("no_plain_secrets: parameter %s must be %s: correct it", [name, kind]) if {
	some name, kind in _kinds
	not name in object.keys(_parameters)
}

_fits("patterns", value) if {
	is_object(value)
	every pattern in value {
		_is_pattern(pattern)
	}
}

_fits("names", value) if _is_pattern(value)

_fits("exempt_paths", value) if {
	is_array(value)
	every path in value {
		is_string(path)
	}
}

_is_pattern(value) if {
	is_string(value)
	regex.is_valid(value)
}
