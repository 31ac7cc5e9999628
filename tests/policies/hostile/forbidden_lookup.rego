# Calls count, which no policy may call.
# expect: policy_invalid
package intent

allow contains "yes" if count(net.lookup_ip_addr("localhost")) > 0
