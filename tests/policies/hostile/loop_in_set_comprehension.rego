# Builds a set of a billion members.
# expect: policy_timeout policy_crash policy_error
package intent

allow contains "yes" if count({[i, j, k] | some i in numbers.range(1, 1000); some j in numbers.range(1, 1000); some k in numbers.range(1, 1000)}) > 0
