"""What a plan with import blocks says of them: which were refused, and what would change afterwards."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from engine.core.hcl.configuration import ImportBlock
from engine.core.values import JsonObject, differences, without

# How an import is refused: by OpenTofu ("Cannot import non-existent remote object"), by the plugin SDK
# ("resource X doesn't support import"), by the plugin framework ("Resource Import Not Implemented"), and by
# providers that expect ids of another form.
_REFUSAL: Final = re.compile(
    r"cannot import|support import|import not implemented|(unexpected|invalid|wrong) (format|import id)",
    re.IGNORECASE,
)
_MISSING: Final = "non-existent"


def refused(imports: Sequence[ImportBlock], words: str) -> dict[str, str]:
    """Return the addresses whose import OpenTofu's words refuse, each with the reason in our words.

    A message names the address, the type alone, or the quoted import id; others refuse nothing.
    """
    reasons: dict[str, str] = {}
    for line in words.splitlines():
        if not _REFUSAL.search(line):
            continue
        for block in imports:
            resource_type = block.address.partition(".")[0]
            named = any(
                re.search(rf"(?<![\w.-]){re.escape(n)}(?![\w.-])", line)
                for n in (block.address, resource_type)
            )
            if named or f'"{block.object_id}"' in line:
                reasons[block.address] = _reason(line)
    return reasons


def without_refused(imports: Sequence[ImportBlock], reasons: Mapping[str, str]) -> tuple[ImportBlock, ...]:
    """Return the imports with each refused one turned into a comment that says why it is missing."""
    return tuple(
        block
        if block.address not in reasons
        else replace(
            block,
            object_id=None,
            comments=(
                f"{block.address} has no import block: {reasons[block.address]}.",
                "A plan without the exported state creates it anew.",
            ),
        )
        for block in imports
    )


def with_changes(
    imports: Sequence[ImportBlock], changes: Mapping[str, JsonObject]
) -> tuple[ImportBlock, ...]:
    """Return the imports, each with comments on what a plan after it would still change."""
    return tuple(
        replace(block, comments=(*block.comments, *_comments(changes.get(block.address, {}))))
        if block.object_id is not None
        else block
        for block in imports
    )


def _comments(change: JsonObject) -> tuple[str, ...]:
    before, after, unknown = (_members(change.get(k)) for k in ("before", "after", "after_unknown"))
    known = _members(without(after, unknown))
    computed = sorted(name for name, mark in unknown.items() if mark and before.get(name) is not None)
    changed = sorted({d.path.split(".", 1)[0] for d in differences(before, known)} - set(computed))
    actions = change.get("actions")
    comments: list[str] = []
    if actions == ["update"] and not changed and not computed:
        comments.append("The plan after this import shows an update that only marks values as sensitive.")
    if isinstance(actions, list) and "delete" in actions:
        paths = change.get("replace_paths")
        causes = (
            sorted({str(p[0]) for p in paths if isinstance(p, list) and p}) if isinstance(paths, list) else []
        )
        why = ", ".join(causes) or "its provider"
        comments.append(f"WARNING: the plan after this import replaces the object, because of {why}.")
    unread = [name for name in changed if before.get(name) is None]
    if unread:
        comments.append(
            "The provider cannot read these back, so the plan after this import sets them: "
            f"{', '.join(unread)}."
        )
    if differing := [name for name in changed if name not in unread]:
        comments.append(f"The plan after this import changes what is otherwise now: {', '.join(differing)}.")
    if computed:
        comments.append(f"The provider computes these anew with that change: {', '.join(computed)}.")
    return tuple(comments)


def _reason(line: str) -> str:
    if _MISSING in line:
        return "the cloud has no object with its id"
    if "format" in line.lower() or "import id" in line.lower():
        return "the import of its type takes another id; the provider's documentation of the type names it"
    return "its type cannot be imported"


def _members(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}
