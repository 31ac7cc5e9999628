package intent_test

import data.intent

plain(operation, names) := {"change_set": {"changes": [{"resource_id": name, "operation": operation} |
	some name in names
]}}

test_a_set_of_five_creations_is_allowed if {
	count(intent.allow) == 1 with input as plain("create", ["a", "b", "c", "d", "e"])
	count(intent.deny) == 0 with input as plain("create", ["a", "b", "c", "d", "e"])
}

test_six_creations_are_too_many if {
	intent.deny == {"a set may create 5 resources, this one creates 6"} with input as plain("create", ["a", "b", "c", "d", "e", "f"])
}

test_the_limit_is_a_parameter if {
	count(intent.deny) == 1 with input as plain("create", ["a", "b"]) with data.parameters as {"creations": 1}
}

test_a_set_that_deletes_is_looked_at if {
	intent.review == {"a second person looks before this is deleted: a, b"} with input as plain("delete", ["b", "a"])
	count(intent.allow) == 0 with input as plain("delete", ["b", "a"])
}

test_a_deletion_that_stands_alone_is_looked_at if {
	alone := {"resource": {"resource_id": "a", "operation": "delete"}, "change_set": null}
	intent.review == {"a second person looks before this is deleted: a"} with input as alone
}
