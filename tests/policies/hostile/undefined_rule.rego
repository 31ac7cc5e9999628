# Decides with a rule that has no value for the input.
# expect: policy_undefined
package intent

allow := {"yes"} if input.never
