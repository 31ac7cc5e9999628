# Replaces its own deny by nothing before it allows.
# expect: nothing policy_invalid policy_error
package intent

deny contains "always"

allow contains "yes" if count(data.intent.deny) == 0 with data.intent.deny as set()
