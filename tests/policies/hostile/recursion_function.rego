# Calls itself for ever.
# expect: policy_invalid
package intent

f(n) := f(n + 1)

allow contains "yes" if f(0) > 0
