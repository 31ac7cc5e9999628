# Allows with a boolean instead of a set.
# expect: policy_malformed
package intent

allow := true
