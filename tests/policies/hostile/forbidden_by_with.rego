# Puts a forbidden built-in in the place of one that may be called.
# expect: policy_invalid
package intent

allow contains "yes" if count(input) == 200 with count as http.send
