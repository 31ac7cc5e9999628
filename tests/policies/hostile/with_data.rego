# Replaces its own parameters.
# expect: nothing policy_invalid
package intent

denied := object.get(data.parameters, "denied", true)

deny contains "denied" if denied

allow contains "yes" if not denied with data.parameters as {"denied": false}
