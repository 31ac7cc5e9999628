# Defines rules with the names that answers have on the wire.
# expect: nothing
package intent

values := {"allow": ["yes"]}

error := [0, 0, "none"]

later := true

used := -1

allow contains "yes" if false
