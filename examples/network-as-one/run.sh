#!/usr/bin/env bash
# A network made as one change set, one part of it changed and restored, all of it deleted with a second person's consent.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
left="${INTENT_HOME}/left"
mkdir -p "${left}"

intent project create web
intent project update web --provider-config "@${PROVIDER_CONFIG}"
intent policy test sets-in-bounds.rego sets-in-bounds_test.rego
intent policy add sets-in-bounds sets-in-bounds.rego
intent policy attach sets-in-bounds web

intent apply-set web network.yaml --dry-run > "${left}/dry-run.txt"
intent apply-set web network.yaml > "${left}/applied.txt"
intent graph web --format mermaid > "${left}/graph.mmd"

intent update web subnet-b --config '{"tags": {"tier": "front"}}'
intent restore web subnet-b --version 1 > "${left}/restored.txt"

# Exit code 4: it waits for a person.
intent delete web vpc --cascade --reason "web moves" > "${left}/waits.txt" || [[ $? -eq 4 ]]
operation=$(sed -n 's/^  operation  //p' "${left}/waits.txt")
if intent approve "${operation}"; then
	echo "who asked has approved" >&2
	exit 1
fi
INTENT_ACTOR=bob intent approve "${operation}" --note "nobody uses it any more"
intent operation resume "${operation}" > "${left}/deleted.txt"
intent graph web
