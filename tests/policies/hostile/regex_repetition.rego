# Compiles a pattern of nested repetitions.
# expect: policy_error policy_invalid policy_timeout policy_crash
package intent

allow contains "yes" if regex.match(`((((a{1,100}){1,100}){1,100}){1,100})b?`, "a")
