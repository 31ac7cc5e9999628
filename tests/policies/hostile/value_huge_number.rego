# Denies by a comparison of numbers that differ in their last digit.
# expect: nothing
package intent

deny contains "differ" if 123456789012345678901234567890123456789 != 123456789012345678901234567890123456780

deny contains "always"

allow contains "yes"
