# Loops inside `every`.
# expect: policy_timeout policy_crash policy_error
package intent

allow contains "yes" if {
	every i in numbers.range(1, 40000) {
		every j in numbers.range(1, 40000) {
			i + j > 0
		}
	}
}
