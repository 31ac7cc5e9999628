# Hashes a hash ten million times.
# expect: policy_timeout policy_crash policy_error
package intent

allow contains "yes" if count([h | some n in numbers.range(1, 10000000); h := crypto.sha256(sprintf("%d", [n]))]) > 0
