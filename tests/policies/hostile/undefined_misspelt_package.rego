# Misspells the package, so that nothing is found in it.
# expect: policy_undefined policy_invalid
package intnet

deny contains "never"
