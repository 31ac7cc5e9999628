# Writes an object with one key twice.
# expect: policy_error policy_invalid nothing
package intent

object := {"a": "no", "a": "yes"}

allow contains "yes" if object.a == "never"
