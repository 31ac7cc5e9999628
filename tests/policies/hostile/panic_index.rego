# Indexes with a number that is no whole number.
# expect: nothing policy_crash policy_error
package intent

allow contains "yes" if [1, 2, 3][1.5]
