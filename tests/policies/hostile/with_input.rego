# Judges another input than the one given.
# expect: nothing
package intent

public if input.resource.proposed_state.acl == "public-read"

deny contains "public" if public

allow contains "yes" if not public with input as {}
