# Hopes that a loop is cut short and counted as held.
# expect: policy_timeout policy_crash policy_error
package intent

slow if {
	some i in numbers.range(1, 50000)
	some j in numbers.range(1, 50000)
	i + j < 0
}

allow contains "yes" if not slow
