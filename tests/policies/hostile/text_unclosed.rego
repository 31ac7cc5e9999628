# Never closes its text.
# expect: policy_invalid
package intent

allow contains "yes if { input
