# Allows beside an answer that is too large to carry.
# expect: policy_timeout policy_crash policy_error
package intent

allow contains "yes"

warn contains concat("", ["0123456789" | some _ in numbers.range(1, 300000)])
