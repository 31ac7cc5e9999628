# Tries every order of ten things.
# expect: policy_timeout policy_crash policy_error
package intent

n := numbers.range(1, 10)

allow contains "yes" if {
	some a in n
	some b in n
	some c in n
	some d in n
	some e in n
	some f in n
	some g in n
	some h in n
	some i in n
	some j in n
	a + b + c + d + e + f + g + h + i + j == 0
}
