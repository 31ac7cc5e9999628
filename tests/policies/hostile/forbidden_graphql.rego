# Calls a built-in that the engine lacks.
# expect: policy_invalid
package intent

allow contains "yes" if graphql.is_valid("{a}", "type Query {a: Int}")
