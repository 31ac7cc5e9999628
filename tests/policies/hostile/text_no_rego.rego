# Is no Rego at all.
# expect: policy_invalid
package intent

SELECT "allow" FROM policies;
