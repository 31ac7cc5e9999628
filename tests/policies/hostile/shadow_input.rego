# Names a local variable like the input.
# expect: policy_invalid nothing policy_error
package intent

allow contains "yes" if {
	input := {"resource": {"public": false}}
	input.resource.public
}
