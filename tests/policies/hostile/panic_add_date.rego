# Adds more years than a date can hold.
# expect: nothing policy_crash policy_error
package intent

allow contains "yes" if time.add_date(9223372036854775807, 9223372036854775807, 1, 1) < 0
