# Slices an array outside of itself in every way.
# expect: nothing policy_crash policy_error
package intent

allow contains "yes" if count(array.slice([1, 2, 3], 1000000000, -1000000000)) > 3
