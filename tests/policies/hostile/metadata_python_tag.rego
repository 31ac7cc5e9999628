# Asks the reader of its description to call a function.
# expect: nothing policy_invalid

# METADATA
# title: !!python/object/apply:os.system ["true"]
package intent

deny contains "always"
