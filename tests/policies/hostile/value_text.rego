# Allows with a text instead of a set.
# expect: policy_malformed
package intent

allow := "yes"
