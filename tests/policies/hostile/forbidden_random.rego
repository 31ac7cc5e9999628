# Calls rand.intn, which no policy may call.
# expect: policy_invalid
package intent

allow contains "yes" if rand.intn("x", 10) >= 0
