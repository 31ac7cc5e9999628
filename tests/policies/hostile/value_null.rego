# Allows with null.
# expect: policy_malformed
package intent

allow := null
