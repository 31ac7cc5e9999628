# Sorts a product of ranges again and again.
# expect: policy_timeout policy_crash policy_error
package intent

allow contains "yes" if count([x | some i in numbers.range(1, 10000); x := sort([[i, j] | some j in numbers.range(1, 1000)])]) > 0
