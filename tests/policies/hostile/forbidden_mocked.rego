# Replaces the clock to make a forbidden call look harmless.
# expect: policy_invalid
package intent

allow contains "yes" if time.now_ns() == 1 with time.now_ns as 1
