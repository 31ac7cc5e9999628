# Hopes that a false `deny` overrules its reasons elsewhere and the rest allows.
# expect: policy_malformed
package intent

deny := false

allow contains "yes"
