# Loops over a cross product that never matches.
# expect: policy_timeout policy_crash policy_error
package intent

allow contains "yes" if {
	some i in numbers.range(1, 100000)
	some j in numbers.range(1, 100000)
	i * j == -1
}
