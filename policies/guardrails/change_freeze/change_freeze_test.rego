package intent_test

import data.intent

# 2026-11-21 is a Saturday.
saturday := "2026-11-21T07:43:59Z"

tuesday := "2026-11-24T09:30:00Z"

never := {"weekly": []}

test_weekends_are_frozen_by_default if {
	reason := "web: changes are frozen on saturday, sunday from 00:00 to 24:00 (UTC): wait, or ask for an exception"
	every moment in [saturday, "2026-11-21T00:00:00Z", "2026-11-22T23:59:59.999Z"] {
		every operation in ["create", "update", "delete"] {
			said(request(operation, moment, []), {}) == {"deny": {reason}}
		}
	}
	every moment in ["2026-11-20T23:59:59Z", "2026-11-23T00:00:00Z", tuesday] {
		said(request("update", moment, []), {}) == {}
	}
}

test_import_and_refresh_are_told if {
	every operation in ["import", "refresh"] {
		count(said(request(operation, saturday, []), {}).warn) == 1
	}
}

test_a_window_is_frozen_from_its_first_moment_until_before_its_last if {
	parameters := {"weekly": [], "windows": [{
		"from": "2026-11-24T10:00:00+01:00",
		"to": "2026-11-24T12:00:00+01:00",
		"reason": "audit",
	}]}
	reason := "web: changes are frozen until 2026-11-24T12:00:00+01:00 (audit): wait, or ask for an exception"
	every moment in ["2026-11-24T09:00:00Z", tuesday, "2026-11-24T10:59:59Z"] {
		said(request("update", moment, []), parameters) == {"deny": {reason}}
	}
	every moment in ["2026-11-24T08:59:59Z", "2026-11-24T11:00:00Z"] {
		said(request("update", moment, []), parameters) == {}
	}
}

test_a_window_needs_no_reason if {
	window := {"from": "2026-11-24T00:00:00Z", "to": "2026-11-25T00:00:00Z"}
	reason := "web: changes are frozen until 2026-11-25T00:00:00Z (no reason given): wait, or ask for an exception"
	said(request("update", tuesday, []), {"windows": [window], "weekly": []}) == {"deny": {reason}}
}

test_a_weekly_window_is_of_its_time_zone if {
	parameters := {"weekly": [{"days": ["tuesday"], "from": "09:00", "to": "10:00"}], "time_zone": "Europe/Berlin"}
	said(request("update", tuesday, []), parameters) == {}
	reason := "web: changes are frozen on tuesday from 09:00 to 10:00 (Europe/Berlin): wait, or ask for an exception"
	said(request("update", "2026-11-24T08:30:00Z", []), parameters) == {"deny": {reason}}
}

test_a_weekly_window_can_end_on_the_day_after if {
	parameters := {"weekly": [{"days": ["sunday", "friday"], "from": "22:00", "to": "06:00"}]}
	every moment in ["2026-11-20T22:00:00Z", "2026-11-21T05:59:00Z", "2026-11-22T23:00:00Z", "2026-11-23T00:00:00Z"] {
		count(said(request("update", moment, []), parameters).deny) == 1
	}
	every moment in ["2026-11-20T05:00:00Z", "2026-11-21T06:00:00Z", "2026-11-21T22:00:00Z"] {
		said(request("update", moment, []), parameters) == {}
	}
}

test_a_freeze_can_be_left_to_a_person if {
	reason := "web: changes are frozen on saturday, sunday from 00:00 to 24:00 (UTC): wait, or ask for an exception"
	said(request("update", saturday, []), {"answer": "review"}) == {"review": {reason}}
}

test_a_freeze_can_be_for_some_projects_alone if {
	parameters := {"labels": ["env:prod"]}
	count(said(request("update", saturday, ["team:a", "ENV:prod"]), parameters).deny) == 1
	said(request("update", saturday, ["env:dev"]), parameters) == {}
	unlabelled := object.remove(request("update", saturday, []), ["project"])
	said(unlabelled, parameters) == {}
}

test_a_moment_that_is_not_known_is_reviewed if {
	asked := object.remove(request("update", saturday, []), ["request"])
	every parameters in [{}, {"windows": [{"from": "2026-11-24T00:00:00Z", "to": "2026-11-25T00:00:00Z"}]}] {
		said(asked, parameters) == {"review": {"web: when it was asked for is not known"}}
	}
	said(asked, {"labels": ["env:prod"]}) == {}
}

test_wrong_parameters_are_denied if {
	asked := request("update", tuesday, [])
	reason := "change_freeze: there is no parameter window: correct its name"
	said(asked, {"window": []}) == {"deny": {reason}}
	every wrong in [
		{"name": "windows", "value": {}, "kind": "a list of {from, to, reason} in RFC 3339"},
		{"name": "windows", "value": [{"from": "2026-11-24"}], "kind": "a list of {from, to, reason} in RFC 3339"},
		{
			"name": "windows",
			"value": [{"from": "2026-11-24T00:00:00Z", "to": "2026-11-24T00:00:00Z"}],
			"kind": "a list of {from, to, reason} in RFC 3339",
		},
		{"name": "weekly", "value": "weekends", "kind": "a list of {days, from, to} such as 22:00"},
		{
			"name": "weekly",
			"value": [{"days": ["Sunday"], "from": "00:00", "to": "24:00"}],
			"kind": "a list of {days, from, to} such as 22:00",
		},
		{
			"name": "weekly",
			"value": [{"days": [], "from": "00:00", "to": "24:00"}],
			"kind": "a list of {days, from, to} such as 22:00",
		},
		{
			"name": "weekly",
			"value": [{"days": ["sunday"], "from": "9:00", "to": "24:00"}],
			"kind": "a list of {days, from, to} such as 22:00",
		},
		{"name": "time_zone", "value": 1, "kind": "a time zone such as Europe/Berlin"},
		{"name": "labels", "value": ["prod", 1], "kind": "a list of strings"},
		{"name": "labels", "value": "prod", "kind": "a list of strings"},
		{"name": "answer", "value": "allow", "kind": "deny or review"},
	] {
		parameters := object.union(never, {wrong.name: wrong.value})
		wanted := sprintf("change_freeze: parameter %s must be %s: correct it", [wrong.name, wrong.kind])
		said(asked, parameters) == {"deny": {wanted}}
	}
}

said(asked, parameters) := {rule: reasons |
	answer := intent with input as asked with data.parameters as parameters
	some rule in ["deny", "allow", "review", "warn"]
	reasons := answer[rule]
	count(reasons) > 0
}

request(operation, moment, labels) := {
	"resource": {
		"resource_id": "web",
		"resource_type": "aws_instance",
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": {},
	},
	"project": {"name": "web", "labels": labels},
	"request": {"timestamp_ns": time.parse_rfc3339_ns(moment)},
}
