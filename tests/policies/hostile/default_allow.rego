# Allows by default.
# expect: policy_malformed policy_invalid
package intent

default allow := true
