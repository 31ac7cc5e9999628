# Misspells the rule that would deny and defines no other.
# expect: policy_undefined
package intent

dney contains "never"
