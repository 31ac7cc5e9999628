# Denies with a set of objects, which the engine's other calls cannot give.
# expect: nothing
package intent

deny contains {"msg": "no", "code": 7}

allow contains {"msg": "yes"}
