# Expands a network of more addresses than there are atoms to store them.
# expect: policy_timeout policy_crash policy_error policy_invalid
package intent

allow contains "yes" if count(net.cidr_expand("2001:db8::/32")) > 0
