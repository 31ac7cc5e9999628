# Panics, and allows in another rule.
# expect: policy_crash policy_error nothing
package intent

allow contains "yes" if input.never

allow contains "panicked" if strings.count("aaa", "") == -1

warn contains sprintf("%d", [strings.count("aaa", "")])
