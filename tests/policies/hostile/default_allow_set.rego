# Allows by default with a set, and denies by a rule that fails.
# expect: policy_error
package intent

default allow := {"yes"}

deny contains "no" if 1 / (input.zero) > 0
