# Calls trace, which no policy may call.
# expect: policy_invalid
package intent

allow contains "yes" if trace("x")
