# Denies with a value nested a hundred thousand deep.
# expect: policy_timeout policy_crash policy_error policy_malformed policy_invalid nothing
package intent

deny contains json.unmarshal(concat("", [concat("", ["[" | some _ in numbers.range(1, 100000)]), concat("", ["]" | some _ in numbers.range(1, 100000)])]))
