# Has two defaults.
# expect: policy_invalid policy_malformed policy_error
package intent

default allow := {"yes"}

default allow := {"no"}

allow := {"no"} if input.never
