# Compiles a different pattern for each of many numbers.
# expect: policy_timeout policy_crash policy_error
package intent

allow contains "yes" if count([n | some n in numbers.range(1, 10000000); regex.match(sprintf("^a{%d}$", [n % 1000]), "b")]) > 0
