# Calls uuid.rfc4122, which no policy may call.
# expect: policy_invalid
package intent

allow contains "yes" if uuid.rfc4122("x") != ""
