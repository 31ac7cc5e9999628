# Reads JSON with one key twice.
# expect: nothing policy_error
package intent

allow contains "yes" if json.unmarshal(`{"a": 1, "a": 2}`).a == 3
