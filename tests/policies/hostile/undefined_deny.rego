# Leaves `deny` without a value and allows.
# expect: policy_undefined
package intent

deny := {"no"} if input.never

allow contains "yes"
