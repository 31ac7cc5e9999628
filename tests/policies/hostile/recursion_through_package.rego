# Reads its whole package and so itself.
# expect: policy_invalid policy_error policy_crash policy_timeout nothing
package intent

allow contains "yes" if count(data.intent) > 0
