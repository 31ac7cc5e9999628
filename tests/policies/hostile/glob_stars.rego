# Matches a glob of many stars.
# expect: nothing policy_timeout policy_error
package intent

text := concat("", ["a" | some _ in numbers.range(1, 5000)])

allow contains "yes" if glob.match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", [], text)
