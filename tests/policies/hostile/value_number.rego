# Allows with a number.
# expect: policy_malformed
package intent

allow := 1
