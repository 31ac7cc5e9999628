# Reads itself by the full path of its package.
# expect: policy_invalid
package intent

allow contains "yes" if data.intent.allow["yes"]
