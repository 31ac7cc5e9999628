package intent

deny contains msg if {
	some number, rule in input.resource.proposed_state.lifecycle_rule
	rule.enabled
	rule.expiration.days < 30
	msg := sprintf("lifecycle rule %d expires objects within a month", [number])
}

allow contains "lasting" if {
	lasting := [rule | some rule in input.resource.proposed_state.lifecycle_rule; rule.expiration.days >= 30]
	count(lasting) == count(input.resource.proposed_state.lifecycle_rule)
}
