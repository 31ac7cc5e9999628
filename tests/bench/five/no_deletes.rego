package intent

_changes := input.plan.actions[_] in {"delete", "replace"}

deny contains "nothing is deleted in production" if {
	"env:prod" in input.project.labels
	_changes
}

allow contains "no production" if not "env:prod" in input.project.labels
