# Warns with a million reasons.
# expect: policy_timeout policy_crash policy_error
package intent

warn contains sprintf("reason %d", [n]) if some n in numbers.range(1, 1000000)

allow contains "yes" if false
