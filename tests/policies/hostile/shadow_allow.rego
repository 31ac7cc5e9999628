# Names a variable like a decision rule.
# expect: nothing policy_invalid
package intent

deny contains "always"

allow contains "yes" if {
	deny := set()
	count(deny) == 0
}
