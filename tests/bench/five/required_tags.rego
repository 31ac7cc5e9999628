package intent

_required := {"owner", "cost-centre", "environment"}

deny contains msg if {
	missing := _required - object.keys(input.resource.proposed_state.tags)
	count(missing) > 0
	msg := sprintf("these tags are missing: %s", [concat(", ", sort(missing))])
}

allow contains "tagged" if count(_required - object.keys(input.resource.proposed_state.tags)) == 0
