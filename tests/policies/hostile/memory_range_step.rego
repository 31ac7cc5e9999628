# Asks for half a billion numbers by steps.
# expect: policy_timeout policy_crash policy_error
package intent

allow contains "yes" if count(numbers.range_step(1, 1000000000, 2)) > 0
