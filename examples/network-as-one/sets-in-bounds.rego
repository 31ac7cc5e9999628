package intent

# A change that stands alone is a set of one.
changes := input.change_set.changes

changes := [input.resource] if not input.change_set.changes

creations := {change.resource_id | some change in changes; change.operation == "create"}

deletions := {change.resource_id | some change in changes; change.operation == "delete"}

limit := object.get(data.parameters, "creations", 5)

deny contains sprintf("a set may create %d resources, this one creates %d", [limit, count(creations)]) if {
	count(creations) > limit
}

review contains sprintf("a second person looks before this is deleted: %s", [concat(", ", sort(deletions))]) if {
	count(deletions) > 0
}

allow contains "few enough, and nothing goes" if count(deletions) == 0
