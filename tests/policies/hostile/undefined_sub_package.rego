# Decides in a package below the one that is asked.
# expect: policy_undefined policy_invalid
package intent.deep

allow contains "yes"
