# Is true if it is true.
# expect: policy_invalid
package intent

allow contains "yes" if yes

yes if yes
