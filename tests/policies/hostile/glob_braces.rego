# Matches a glob whose alternatives multiply.
# expect: policy_error policy_timeout policy_crash nothing policy_invalid
package intent

allow contains "yes" if glob.match("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", [], "c")
