# Reads data that nobody gave.
# expect: policy_invalid
package intent

allow contains "yes" if data.company.allowed
