# Divides nothing by nothing.
# expect: policy_error policy_invalid nothing
package intent

allow contains "yes" if 0 / 0 != 0
