# METADATA
# title: Nothing changes while changes are frozen
# description: |
#   Denies, or holds for review, what is asked for within a window: from one moment to another, or weekly. The
#   moment is that of the request, so that the same request is judged the same again. By default: weekends in UTC.
# custom:
#   severity: medium
#   resource_types: ["*"]
#   operations: [create, update, delete, import, refresh]
#   controls:
#     nist-800-53: [CM-3]
package intent

_defaults := {
	# From (included) to (excluded), as RFC 3339: {"from": "2026-12-20T00:00:00Z", "to": …, "reason": "year's end"}
	"windows": [],
	# Days, and from when to when; `to` at or before `from` is on the day after.
	"weekly": [{"days": ["saturday", "sunday"], "from": "00:00", "to": "24:00"}],
	# Of the weekly windows, as the time zone database names it.
	"time_zone": "UTC",
	# Projects with one of these are frozen; all of them where there is none.
	"labels": [],
	"answer": "deny",
}

_kinds := {
	"windows": "a list of {from, to, reason} in RFC 3339",
	"weekly": "a list of {days, from, to} such as 22:00",
	"time_zone": "a time zone such as Europe/Berlin",
	"labels": "a list of strings",
	"answer": "deny or review",
}

# What is given in place of the defaults, less what is of another kind: `deny` says so below.
_parameters := {name: value |
	some name, fallback in _defaults
	value := object.get(data.parameters, name, fallback)
	_fits(name, value)
}

_resource := input.resource

_moment := input.request.timestamp_ns

deny contains sprintf("%s: %s", [_resource.resource_id, freeze]) if {
	_resource.operation in {"create", "update", "delete"}
	_parameters.answer == "deny"
	some freeze in _freezes
}

review contains sprintf("%s: %s", [_resource.resource_id, freeze]) if {
	_resource.operation in {"create", "update", "delete"}
	_parameters.answer == "review"
	some freeze in _freezes
}

review contains sprintf("%s: when it was asked for is not known", [_resource.resource_id]) if {
	_is_bound
	not is_number(object.get(input, ["request", "timestamp_ns"], null))
}

# Import and refresh change nothing in the cloud.
warn contains sprintf("%s: %s", [_resource.resource_id, freeze]) if {
	_resource.operation in {"import", "refresh"}
	some freeze in _freezes
}

_freezes contains sprintf("changes are frozen until %s (%s): wait, or ask for an exception", [window.to, reason]) if {
	_is_bound
	some window in _parameters.windows
	_moment >= time.parse_rfc3339_ns(window.from)
	_moment < time.parse_rfc3339_ns(window.to)
	reason := object.get(window, "reason", "no reason given")
}

_freezes contains reason if {
	_is_bound
	some window in _parameters.weekly
	_is_within(window)
	reason := sprintf("changes are frozen on %s from %s to %s (%s): wait, or ask for an exception", [
		concat(", ", window.days),
		window.from,
		window.to,
		_parameters.time_zone,
	])
}

_is_bound if count(_parameters.labels) == 0

_is_bound if {
	some label in object.get(input, ["project", "labels"], [])
	some named in _parameters.labels
	lower(label) == lower(named)
}

_is_within(window) if {
	window.from < window.to
	_today in window.days
	window.from <= _clock
	_clock < window.to
}

_is_within(window) if {
	window.from >= window.to
	_today in window.days
	window.from <= _clock
}

_is_within(window) if {
	window.from >= window.to
	_yesterday in window.days
	_clock < window.to
}

_clock := sprintf("%02d:%02d", [hour, minute]) if [hour, minute, _] := time.clock([_moment, _parameters.time_zone])

_today := lower(time.weekday([_moment, _parameters.time_zone]))

_days := ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_yesterday := _days[(number + 6) % 7] if {
	some number, day in _days
	day == _today
}

# A parameter that is misspelt or of another kind would weaken the rule in silence.
deny contains sprintf("change_freeze: there is no parameter %s: correct its name", [name]) if {
	some name in object.keys(data.parameters)
	not name in object.keys(_defaults)
}

deny contains sprintf("change_freeze: parameter %s must be %s: correct it", [name, kind]) if {
	some name, kind in _kinds
	not name in object.keys(_parameters)
}

_rfc3339 := `^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$`

_fits("windows", value) if {
	is_array(value)
	every window in value {
		regex.match(_rfc3339, window.from)
		regex.match(_rfc3339, window.to)
		time.parse_rfc3339_ns(window.from) < time.parse_rfc3339_ns(window.to)
		is_string(object.get(window, "reason", ""))
	}
}

_fits("weekly", value) if {
	is_array(value)
	every window in value {
		regex.match(`^([01]\d|2[0-3]):[0-5]\d$`, window.from)
		regex.match(`^(([01]\d|2[0-3]):[0-5]\d|24:00)$`, window.to)
		count(window.days) > 0
		every day in window.days {
			day in _days
		}
	}
}

_fits("time_zone", value) if {
	is_string(value)
	time.clock([0, value])
}

_fits("labels", value) if {
	is_array(value)
	every label in value {
		is_string(label)
	}
}

_fits("answer", value) if value in {"deny", "review"}
