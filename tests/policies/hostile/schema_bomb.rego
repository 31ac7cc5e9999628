# Verifies a document against a schema that refers to itself.
# expect: nothing policy_error policy_crash policy_timeout policy_invalid
package intent

schema := {"$ref": "#"}

allow contains "yes" if json.match_schema(input, schema)[1] == "yes"
