# Expands a network of sixteen million addresses.
# expect: policy_timeout policy_crash policy_error policy_invalid
package intent

allow contains "yes" if count(net.cidr_expand("10.0.0.0/8")) > 0
