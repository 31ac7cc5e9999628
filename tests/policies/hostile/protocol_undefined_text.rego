# Says with a text what the engine says of a rule without a value.
# expect: policy_malformed
package intent

allow := "<undefined>"
