# Parses units beyond any number.
# expect: nothing policy_crash policy_error
package intent

allow contains "yes" if units.parse_bytes("99999999999999999999999999999999999999E") == 0
