# Shifts a number left by a thousand million bits.
# expect: policy_timeout policy_crash policy_error nothing policy_invalid
package intent

allow contains "yes" if bits.lsh(1, 1000000000) == 0
