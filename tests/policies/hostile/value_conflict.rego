# Gives `allow` two values.
# expect: policy_error policy_invalid policy_malformed
package intent

allow := {"yes"}

allow := {"no"}
