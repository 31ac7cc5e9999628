# Denies with ten million characters.
# expect: policy_timeout policy_crash policy_error
package intent

deny contains concat("", ["0123456789" | some _ in numbers.range(1, 1000000)])
