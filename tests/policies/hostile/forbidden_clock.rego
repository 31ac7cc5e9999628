# Calls time.now_ns, which no policy may call.
# expect: policy_invalid
package intent

allow contains "yes" if time.now_ns() > 0
