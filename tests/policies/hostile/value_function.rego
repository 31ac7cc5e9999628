# Makes `allow` a function.
# expect: policy_malformed policy_invalid policy_undefined
package intent

allow(x) := x
