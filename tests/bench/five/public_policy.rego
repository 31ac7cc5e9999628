package intent

_statements := json.unmarshal(input.resource.proposed_state.policy).Statement

deny contains msg if {
	some statement in _statements
	statement.Effect == "Allow"
	statement.Principal == "*"
	msg := sprintf("statement %s is for everybody", [statement.Sid])
}

allow contains "named principals" if every statement in _statements { statement.Principal != "*" }
