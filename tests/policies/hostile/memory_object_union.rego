# Unites objects of a million keys.
# expect: policy_timeout policy_crash policy_error
package intent

objects := [{sprintf("%d-%d", [i, j]): i | some j in numbers.range(1, 10000)} | some i in numbers.range(1, 1000)]

allow contains "yes" if count(object.union_n(objects)) > 0
