# Reads a number that is too large for any number.
# expect: policy_error policy_invalid policy_crash nothing
package intent

allow contains "yes" if to_number("1e999999999") < 0
