# Cuts a text inside of a character.
# expect: nothing policy_crash policy_error
package intent

allow contains "yes" if substring("ééé", 1, 1000000000000) == "yes"
