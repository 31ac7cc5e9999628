# Calls rego.parse_module, which no policy may call.
# expect: policy_invalid
package intent

allow contains "yes" if rego.parse_module("x", "package x")
