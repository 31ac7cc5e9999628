# Describes itself with values of the wrong kind.
# expect: nothing policy_invalid

# METADATA
# custom:
#   severity: [1, 2]
#   resource_types: {a: b}
#   operations: destroy
package intent

deny contains "always"
