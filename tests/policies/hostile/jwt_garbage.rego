# Decodes tokens that are none.
# expect: policy_error nothing policy_invalid
package intent

allow contains "yes" if io.jwt.decode("a.b.c")
