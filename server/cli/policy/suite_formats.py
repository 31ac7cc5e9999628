"""A run of policy tests for programs: JSON, JUnit, TAP, and the commands of GitHub's workflows. Pure."""

import json
import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from pydantic import JsonValue

from engine.core.diagnostics import sanitise
from engine.core.limits import SUITE_TEXT_MAX_CHARS
from engine.core.policy.suite.results import CaseOutcome, CaseResult, Judgement, SuiteReport, Verdict
from server.cli.output import FORMAT_VERSION, one_line

_NS_IN_SECOND: Final = 1_000_000_000
# What XML 1.0 can hold in no spelling: C0 controls but tab and line ends, lone surrogates, U+FFFE and U+FFFF.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BROKEN: Final = frozenset({CaseOutcome.FAIL, CaseOutcome.ERROR})


def as_json(report: SuiteReport) -> dict[str, JsonValue]:
    """Return the document: what printed stands in the message, after what went wrong."""
    results: list[JsonValue] = []
    for result in report.results:
        fields: dict[str, JsonValue] = result.model_dump(mode="json", exclude={"output", "message"})
        results.append({**fields, "message": _said(result)})
    coverage = report.coverage.model_dump(mode="json") if report.coverage is not None else None
    return {"format_version": FORMAT_VERSION, "results": results, "coverage": coverage}


def as_junit(report: SuiteReport) -> str:
    """Return a document of JUnit's: a suite for each package, a case for each test."""
    suites = []
    for package in dict.fromkeys(result.package for result in report.results):
        results = [result for result in report.results if result.package == package]
        cases = "\n".join(map(_junit_case, results))
        suites.append(f"  <testsuite name={_quoted(package)} {_sums(results)}>\n{cases}\n  </testsuite>")
    body = "".join(f"{suite}\n" for suite in suites)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<testsuites name="intent policy test" {_sums(report.results)}>\n{body}</testsuites>'


def as_tap(report: SuiteReport) -> str:
    """Return a document of version 14 of the Test Anything Protocol."""
    lines = ["TAP version 14", f"1..{len(report.results)}"]
    for number, result in enumerate(report.results, 1):
        held = "not ok" if result.outcome in _BROKEN else "ok"
        name = one_line(result.full_name).replace("\\", "\\\\").replace("#", "\\#")
        skipped = " # SKIP todo" if result.outcome is CaseOutcome.SKIP else ""
        lines.append(f"{held} {number} - {name}{skipped}")
        if result.outcome in _BROKEN or result.output:
            facts = {
                "outcome": result.outcome.value,
                "file": result.file,
                "line": result.line,
                "message": _said(result),
            }
            # JSON is YAML, and its ASCII form needs no further care.
            lines += ["  ---", *(f"  {key}: {json.dumps(value)}" for key, value in facts.items()), "  ..."]
    return "\n".join(lines)


def as_github(report: SuiteReport, judgement: Judgement) -> str:
    """Return one annotation for each test that did not pass, and one for what else is not good enough."""
    lines = []
    for result in report.results:
        if result.outcome is not CaseOutcome.PASS:
            kind = "error" if result.outcome in _BROKEN else "notice"
            place = f"file={_property(result.file)},line={result.line},title={_property(result.full_name)}"
            words = _said(result) or "skipped"
            lines.append(f"::{kind} {place}::{_data(words)}")
        elif result.output:
            lines += [_printed(line) for line in result.output.splitlines()]
    if report.coverage is not None:
        for name, file in report.coverage.files.items():
            for rows in file.not_covered:
                place = f"file={_property(name)},line={rows.start.row},endLine={rows.end.row}"
                lines.append(f"::warning {place},title=not covered::no test evaluates this")
    if judgement.verdict is not Verdict.PASSED:
        lines.append(f"::error title=intent policy test::{_data('; '.join(judgement.reasons))}")
    passed = report.count(CaseOutcome.PASS)
    return "\n".join([*lines, f"{passed} of {len(report.results)} passed"])


def _junit_case(result: CaseResult) -> str:
    attributes = (
        f"classname={_quoted(result.package)} name={_quoted(result.name)} file={_quoted(result.file)} "
        f'line="{result.line}" time="{result.duration_ns / _NS_IN_SECOND:.6f}"'
    )
    inner = []
    if result.outcome in _BROKEN:
        element = "failure" if result.outcome is CaseOutcome.FAIL else "error"
        words = result.message or result.outcome.value
        inner.append(f"<{element} message={_quoted(words)}>{_text(words)}</{element}>")
    elif result.outcome is CaseOutcome.SKIP:
        inner.append("<skipped/>")
    if result.output:
        inner.append(f"<system-out>{_text(result.output)}</system-out>")
    if not inner:
        return f"    <testcase {attributes}/>"
    return "\n".join([f"    <testcase {attributes}>", *(f"      {i}" for i in inner), "    </testcase>"])


def _sums(results: tuple[CaseResult, ...] | list[CaseResult]) -> str:
    counts = {outcome: sum(result.outcome is outcome for result in results) for outcome in CaseOutcome}
    spent = sum(result.duration_ns for result in results) / _NS_IN_SECOND
    return (
        f'tests="{len(results)}" failures="{counts[CaseOutcome.FAIL]}" errors="{counts[CaseOutcome.ERROR]}" '
        f'skipped="{counts[CaseOutcome.SKIP]}" time="{spent:.6f}"'
    )


def _said(result: CaseResult) -> str:
    return "\n".join(part for part in (result.message, result.output) if part)


def _text(words: str) -> str:
    return escape(_NOT_XML.sub(_spelt, words))


def _quoted(words: str) -> str:
    return quoteattr(_NOT_XML.sub(_spelt, words))


def _spelt(character: re.Match[str]) -> str:
    return f"\\u{ord(character.group()):04x}"


def _printed(line: str) -> str:
    """Return a line that GitHub takes for no command: one starts with `::`, an old one has `##[` anywhere."""
    return f"| {one_line(line)}".replace("##[", "## [")


def _data(words: str) -> str:
    return sanitise(words, SUITE_TEXT_MAX_CHARS).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")
