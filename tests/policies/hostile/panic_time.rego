# Formats a time that no calendar has.
# expect: nothing policy_crash policy_error policy_invalid
package intent

allow contains "yes" if time.format(9223372036854775807) == "yes"
