# Walks a value made of values that it walked.
# expect: policy_timeout policy_crash policy_error
package intent

a := [x | walk(input, x)]

b := [x | walk(a, x)]

c := [x | walk(b, x)]

d := [x | walk(c, x)]

e := [x | walk(d, x)]

f := [x | walk(e, x)]

allow contains "yes" if count([x | walk(f, x)]) < 0
