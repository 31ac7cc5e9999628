"""The files of a new policy: a rule that is not written yet and a test that says so. Writes nothing."""

from collections.abc import Mapping

_RULE = """# METADATA
# title: {name} keeps … from happening
# description: |
#   Say what is denied, and why. `resource_types` and `operations` choose what the policy judges.
# custom:
#   severity: medium
#   resource_types: ["*"]
#   operations: ["create", "update"]
package intent

# Not written yet: nothing is denied. Put the conditions of a denial in the place of `false`.
deny contains sprintf("%s: say what is wrong and what to do", [input.resource.resource_id]) if {{
	false
}}
"""

_TEST = """package intent_test

import data.intent

# Fails until the rule is written. Make the state one that must be denied.
test_what_is_forbidden_is_denied if {{
	reasons := intent.deny with input as request("create", {{"tags": null}})
	count(reasons) == 1
}}

test_what_is_fine_passes if {{
	reasons := intent.deny with input as request("create", {{"tags": {{"owner": "team-a"}}}})
	count(reasons) == 0
}}

# An input as the gate gives it; `intent policy input-schema` describes all of it.
request(operation, state) := {{
	"resource": {{
		"resource_id": "logs",
		"resource_type": "aws_s3_bucket",
		"provider": "hashicorp/aws",
		"provider_version": "3.39.0",
		"operation": operation,
		"current_state": null,
		"proposed_state": state,
	}},
	"plan": {{"unknown": ["arn", "id"]}},
}}
"""

_PAGE = """# {name}

Say what this policy denies, why, and how to tune it.

| what is asked for | answer |
| --- | --- |
| … | denied |

```
intent policy test {name}
intent policy check {name}/{name}.rego
intent policy add {name} {name}/{name}.rego
intent policy attach {name} PROJECT
```
"""


def files_of(name: str) -> Mapping[str, str]:
    """Return the files of a policy's folder: name and text."""
    texts = {f"{name}.rego": _RULE, f"{name}_test.rego": _TEST, "README.md": _PAGE}
    return {file: text.format(name=name) for file, text in texts.items()}
