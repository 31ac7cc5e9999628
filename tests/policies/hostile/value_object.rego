# Allows with an object instead of a set.
# expect: policy_malformed
package intent

allow := {"yes": true}
