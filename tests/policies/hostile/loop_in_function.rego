# Calls a slow function for each of many arguments.
# expect: policy_timeout policy_crash policy_error
package intent

slow(n) := sum([x | some i in numbers.range(1, 3000); x := i * n])

allow contains "yes" if count([n | some n in numbers.range(1, 100000); slow(n) > 0]) > 0
