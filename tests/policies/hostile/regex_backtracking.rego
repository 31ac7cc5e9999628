# Matches a pattern that backtracks exponentially elsewhere.
# expect: nothing policy_timeout
package intent

text := concat("", ["a" | some _ in numbers.range(1, 30000)])

allow contains "yes" if regex.match(`^(a+)+$`, concat("", [text, "!"]))
