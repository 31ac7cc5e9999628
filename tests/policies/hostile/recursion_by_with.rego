# Calls itself through `with`.
# expect: policy_invalid policy_error policy_crash policy_timeout nothing
package intent

allow contains "yes" if count(data.intent.allow) == 0 with input as {}
