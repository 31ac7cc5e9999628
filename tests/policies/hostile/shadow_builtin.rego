# Defines a function with the name of a built-in.
# expect: nothing policy_invalid policy_error
package intent

count(_) := 0

deny contains "public" if count(input.resource) > 0

allow contains "yes" if false
