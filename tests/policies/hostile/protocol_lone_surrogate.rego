# Says half a character.
# expect: policy_invalid policy_error nothing
package intent

deny contains "\ud800"
