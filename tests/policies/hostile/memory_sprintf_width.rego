# Asks for a text padded to two thousand million characters.
# expect: policy_timeout policy_crash policy_error policy_invalid nothing
package intent

allow contains "yes" if count(sprintf("%2000000000d", [1])) == 2000000000
