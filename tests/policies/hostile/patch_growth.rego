# Patches a document into copies of itself.
# expect: nothing policy_error policy_timeout policy_crash
package intent

grown := json.patch({"a": 1}, [{"op": "copy", "from": "", "path": sprintf("/k%d", [n])} | some n in numbers.range(1, 40)])

allow contains "yes" if grown == 0
