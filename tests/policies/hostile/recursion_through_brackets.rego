# Reads itself by a path with brackets and a name in a variable.
# expect: policy_invalid policy_error policy_crash policy_timeout nothing
package intent

name := "allow"

allow contains "yes" if data["intent"][name]["yes"]
