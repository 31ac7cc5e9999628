# Spells `deny` with a letter of another script.
# expect: policy_invalid policy_undefined
package intent

dеny contains "never"

allow contains "yes" if input.never
