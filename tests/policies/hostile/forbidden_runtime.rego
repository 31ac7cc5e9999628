# Calls opa.runtime, which no policy may call.
# expect: policy_invalid
package intent

allow contains "yes" if opa.runtime().env.HOME
