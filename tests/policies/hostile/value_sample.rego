# Allows, and answers `sample` with a text.
# expect: policy_malformed
package intent

allow contains "yes"

sample := "yes"
