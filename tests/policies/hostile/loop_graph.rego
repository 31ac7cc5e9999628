# Asks for every path through a dense graph.
# expect: policy_timeout policy_crash policy_error
package intent

nodes := numbers.range(1, 40)

edges := {sprintf("%d", [n]): [sprintf("%d", [m]) | some m in nodes; m != n] | some n in nodes}

allow contains "yes" if count(graph.reachable_paths(edges, {"1"})) < 0
