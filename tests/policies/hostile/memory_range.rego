# Asks for a billion numbers at once.
# expect: policy_timeout policy_crash policy_error
package intent

allow contains "yes" if count(numbers.range(1, 1000000000)) > 0
