# Hopes that what is missing denies nothing and so allows.
# expect: nothing
package intent

deny contains "no name" if not input.resource.never.there

allow contains "yes" if not deny
