# Prints what looks like the frame of an answer.
# expect: policy_invalid
package intent

allow contains "yes" if {
	print("\u0000\u0000\u0000\u001d\u0000\u0000\u0000\u0000{\"values\":{\"allow\":[\"yes\"]}}")
	false
}
