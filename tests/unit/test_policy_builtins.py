"""The built-ins in Python, as a policy calls them. Expected values are those of OPA where it has one."""

import hashlib
import hmac
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.builtins import networks, registry, words
from engine.adapters.rego.builtins.registry import function_of, prepare
from engine.adapters.rego.builtins.table import IN_PYTHON, IN_PYTHON_V0, Builtin
from engine.adapters.rego.library import load
from engine.adapters.rego.vocabulary import BUILTINS, BUILTINS_V0, FORBIDDEN
from tests.unit.builtin_stage import refusal_of, value_of

NO_TYPE = (
    "jsonschema: has a primitive type that is NOT VALID -- given: /text/ "
    "Expected valid values are:[array boolean integer number null object string]"
)

NETWORKS = st.one_of(
    st.builds(
        lambda address, prefix: ipaddress.ip_network((address, prefix), strict=False),
        st.integers(0, 2**10 - 1).map(lambda low: (10 << 24) | (low << 22)),
        st.integers(8, 32),
    ),
    st.builds(
        lambda low, prefix: ipaddress.ip_network(((0xFD << 120) | low, prefix), strict=False),
        st.integers(0, 2**16),
        st.integers(100, 128),
    ),
)
A = '"10.0.0.0/8"'


@pytest.mark.requirement("3.1.builtins")
@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('array.flatten([[1, [2]], "a", {"b": [3]}, []])', [1, [2], "a", {"b": [3]}]),
        ('crypto.md5("é")', hashlib.md5("é".encode(), usedforsecurity=False).hexdigest()),
        ('crypto.sha1("a")', "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        ('crypto.hmac.equal("ab", "ab")', True),
        ('crypto.hmac.equal("ab", "a")', False),
        ('net.cidr_contains("10.0.0.0/8", "10.1.0.0/16")', True),
        ('net.cidr_contains("10.0.0.1/8", "10.255.255.255")', True),
        ('net.cidr_contains("10.0.0.0/08", "::ffff:10.0.0.1")', True),
        ('net.cidr_contains("::ffff:10.0.0.0/104", "10.1.1.1")', True),
        ('net.cidr_contains("::/0", "10.1.1.1")', False),
        ('net.cidr_contains("10.0.0.0/16", "10.0.0.0/8")', False),
        ('net.cidr_intersects("10.0.0.0/16", "10.0.0.0/8")', True),
        ('net.cidr_intersects("10.0.0.0/8", "fd00::/8")', False),
        ('net.cidr_is_valid("10.0.0.0/8")', True),
        ('net.cidr_is_valid("10.0.0.0/33")', False),
        ('net.cidr_is_valid("10.0.0.0/255.0.0.0")', False),
        ('net.cidr_is_valid("010.0.0.0/8")', False),
        ('net.cidr_is_valid("fe80::%eth0/64")', False),
        ('net.cidr_is_valid("10.0.0.0/٨")', False),
        ('net.cidr_expand("10.0.0.5/30")', ["10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7"]),
        ('net.cidr_expand("::ffff:10.0.0.0/127")', ["10.0.0.0", "10.0.0.1"]),
        ('count(net.cidr_expand("10.0.0.0/16"))', 65_536),
        ('net.cidr_merge(["10.0.0.0/25", "10.0.0.128/25", "fd00::/16"])', ["10.0.0.0/24", "fd00::/16"]),
        ('net.cidr_merge({"192.0.2.112"})', ["192.0.2.112/24"]),
        ('net.cidr_merge(["10.1.2.3", "172.16.0.1"])', ["10.1.2.3/8", "172.16.0.1/16"]),
        ('net.cidr_merge(["10.0.0.0/8", "::/0"])', ["::/0"]),
        ('net.cidr_merge(["::fffe:0:0/96", "0.0.0.0/8"])', ["0.0.0.0/8", "::fffe:0:0/96"]),
        ("net.cidr_merge([])", []),
        (f'net.cidr_contains_matches({A}, "10.0.0.1")', [["10.0.0.0/8", "10.0.0.1"]]),
        (f'net.cidr_contains_matches([[{A}, 1], "::/0"], {{"k": "10.0.0.1"}})', [[0, "k"]]),
        (f'net.cidr_contains_matches({{{A}}}, ["10.0.0.1"])', [["10.0.0.0/8", 0]]),
        ('net.cidr_contains_matches(["bad"], [])', []),
        ('net.cidr_contains_matches([], ["bad"])', []),
        ('strings.count("aaa", "aa")', 1),
        ('strings.count("abc", "")', 4),
        ('strings.split_n("a.b.c", ".", 2)', ["a", "b"]),
        ('strings.split_n("a.b.c", ".", -2)', ["b", "c"]),
        ('strings.split_n("abc", "", 9)', ["a", "b", "c"]),
        ('strings.split_n("a", ".", 0)', []),
        ('units.parse("1.1Ki")', 1126.4),
        ('units.parse("-3.5E2m")', -0.35),
        ('units.parse("\\"10e\\"")', 10**19),
        ('units.parse_bytes("1.9")', 1),
        ('units.parse_bytes("3.2E2MiB")', 335_544_320),
        ("json.is_valid(1)", False),
        ('json.is_valid("{}")', True),
        ('yaml.is_valid("a: 1")', True),
        ("yaml.is_valid([])", False),
        ('semver.is_valid("1.0.0")', True),
        ("semver.is_valid(1)", False),
        ('json.match_schema({"a": 1}, {"required": ["a"]})', [True, []]),
        ('json.match_schema(`{"a": 1}`, `{"required": ["b"]}`)[0]', False),
        ('json.verify_schema({"type": "string"})', [True, None]),
        ('json.verify_schema(`{"type": 1}`)', [False, "jsonschema: it is no valid schema"]),
        ('json.verify_schema({"items": [{"type": ["null", "text"]}]})', [False, NO_TYPE]),
    ],
)
def test_a_builtin_says_what_opa_says(expression: str, value: object) -> None:
    assert value_of(expression) == value


@pytest.mark.requirement("3.1.builtins")
@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("any([false, true])", True),
        ("any([1])", False),
        ("all(set())", True),
        ("all([true, 1])", False),
        ('cast_array({"b", 1, null, "a"})', [None, 1, "a", "b"]),
        ("cast_array([2, 1])", [2, 1]),
        ("cast_set([2, [1, {3}], 2])", [2, [1, [3]]]),
        ("cast_boolean(true)", True),
        ("cast_null(null)", None),
        ('cast_object({"a": 1})', {"a": 1}),
        ('cast_string("a")', "a"),
        ('net.cidr_overlap("10.0.0.0/8", "10.0.0.1")', True),
        ('re_match("^a", "ab")', True),
        ("set_diff({1, 2}, {2})", [1]),
    ],
)
def test_the_old_language_has_its_own(expression: str, value: object) -> None:
    assert value_of(expression, rego_v0=True) == value
    assert "could not find function" in refusal_of(expression)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("crypto.sha256(1)", "crypto.sha256: operand 1 must be string but is number"),
        ("crypto.hmac.md5(`a`, null)", "crypto.hmac.md5: operand 2 must be string but is null"),
        ("array.flatten({1})", "array.flatten: operand 1 must be array but is set"),
        ("strings.split_n(`a`, `.`, 1.5)", "strings.split_n: operand 3 must be integer but is number"),
        ("strings.split_n(`a`, `.`, true)", "strings.split_n: operand 3 must be integer but is boolean"),
        ("net.cidr_merge({})", "net.cidr_merge: operand 1 must be array or set but is object"),
        ("net.cidr_merge([1])", "net.cidr_merge: operand 1: a member must be string but is number"),
        ('net.cidr_merge(["fd00::1"])', "net.cidr_merge: operand 1: an IPv6 address needs a prefix length"),
        (f"net.cidr_intersects({A}, `10.0.0.1`)", "net.cidr_intersects: operand 2 is no network in CIDR"),
        (
            f"net.cidr_contains_matches({A}, [[]])",
            "net.cidr_contains_matches: operand 2: each must be string",
        ),
        ("net.cidr_contains_matches(1, 2)", "net.cidr_contains_matches: operand 1 must be array or set"),
        ('net.cidr_expand("10.0.0.0/15")', "net.cidr_expand: the network has more than 65536 addresses"),
        ('net.cidr_expand("::/0")', "net.cidr_expand: the network has more than 65536 addresses"),
        ('units.parse("1e400")', "units.parse: the exponent is too large"),
        ('units.parse("10e1000000Ei")', "units.parse: the amount is no number with a unit"),
        ('units.parse_bytes("1b")', "units.parse_bytes: the unit is unknown"),
        ('json.match_schema("{", {})', "json.match_schema: a string among the operands is no JSON"),
        ("json.match_schema({1}, {})", "json.match_schema: the engine refuses the operands"),
        ("json.verify_schema(1)", "json.verify_schema: operand 1 must be string or object"),
    ],
)
def test_a_builtin_without_a_result_is_an_error_that_says_why(expression: str, words: str) -> None:
    assert refusal_of(expression).startswith(words)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("cast_set([1, true])", "cast_set: the set would hold both a boolean and a number"),
        ("cast_set([{}])", "cast_set: a set of objects cannot be made here"),
        ("cast_string(1)", "cast_string: operand 1 must be string but is number"),
        ("set_diff({1}, [1])", "set_diff: operand 2 must be set but is array"),
        ("re_match(`(`, `a`)", "re_match: the engine refuses the operands"),
    ],
)
def test_so_it_is_in_the_old_language(expression: str, words: str) -> None:
    assert refusal_of(expression, rego_v0=True).startswith(words)


@given(st.lists(NETWORKS, max_size=12))
def test_a_merge_covers_what_went_in_with_the_fewest_networks(given_networks: list[object]) -> None:
    old = [network for network in given_networks if isinstance(network, ipaddress.IPv4Network)]
    new = [network for network in given_networks if isinstance(network, ipaddress.IPv6Network)]
    expected = {*map(str, ipaddress.collapse_addresses(old)), *map(str, ipaddress.collapse_addresses(new))}
    assert networks.cidr_merge([str(network) for network in given_networks]) == expected


@given(NETWORKS, NETWORKS)
def test_networks_hold_and_meet_each_other_as_their_addresses_do(one: object, other: object) -> None:
    same = type(one) is type(other)
    assert networks.cidr_contains(str(one), str(other)) == (same and other.subnet_of(one))  # type: ignore[attr-defined]  # of one family
    assert networks.cidr_intersects(str(one), str(other)) == (same and one.overlaps(other))  # type: ignore[attr-defined]  # of one family


@given(st.text(), st.text(), st.sampled_from(["md5", "sha1", "sha256", "sha512"]))
def test_keyed_digests_are_those_of_the_standard_library(message: str, key: str, digest: str) -> None:
    keyed = function_of(IN_PYTHON[f"crypto.hmac.{digest}"])
    assert keyed(message, key) == hmac.new(key.encode(), message.encode(), digest).hexdigest()


@given(st.text("ab.", max_size=12), st.sampled_from([".", "a", ".."]), st.integers(-5, 5))
def test_the_parts_of_a_split_are_its_first_or_last(text: str, delimiter: str, number: int) -> None:
    parts = words.split_n(text, delimiter, number)
    assert len(parts) == min(abs(number), len(text.split(delimiter)))
    assert delimiter.join(parts) in text


@pytest.mark.requirement("3.1.forbidden")
@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_every_refusal_says_the_way_out(name: str) -> None:
    arity = FORBIDDEN[name].arity
    call = f"{name}({', '.join('1' * (arity or 0))})"
    (flaw,) = load(f"package intent\nallow contains {call}\n", rego_v0=False).flaws
    assert flaw[2:] == ("forbidden_builtin", f"{name} is forbidden", FORBIDDEN[name].hint, True)
    assert flaw.hint
    if arity is not None:
        assert refusal_of(call) == f"{name}: it is forbidden; {FORBIDDEN[name].hint}"


def test_every_builtin_of_the_table_is_there_and_callable_in_its_language() -> None:
    for builtin in (*IN_PYTHON.values(), *IN_PYTHON_V0.values()):
        assert callable(function_of(builtin))
    assert IN_PYTHON.keys() <= BUILTINS <= BUILTINS_V0
    assert IN_PYTHON_V0.keys() <= BUILTINS_V0 - BUILTINS
    assert not BUILTINS_V0 & FORBIDDEN.keys()


def test_a_failure_inside_a_builtin_says_nothing_of_the_operands(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Builtin("builtins", "int", 1)
    monkeypatch.setattr(registry, "IN_PYTHON", {"crypto.sha256": broken})
    engine = Engine()
    registry.register(engine, rego_v0=False)
    with pytest.raises(RuntimeError, match="BuiltinFailed: it failed inside: ValueError") as refused:
        engine.eval_query_as_json('crypto.sha256("hunter2 \\"")')
    assert "invalid literal" not in str(refused.value)


@pytest.mark.parametrize("name", sorted(IN_PYTHON))
def test_no_refusal_quotes_an_operand(name: str) -> None:
    secrets = [f"hunter{at}" for at in range(IN_PYTHON[name].arity)]
    said = []
    for policy_input in (secrets, [[secret] for secret in secrets], [{s: s} for s in secrets]):
        operands = ", ".join(f"input[{at}]" for at in range(len(secrets)))
        try:
            value_of(f"{name}({operands})", policy_input)
        except RuntimeError as refused:
            said.append(str(refused).partition("error: ")[2])
    assert [words for words in said if "hunter" in words] == []


def test_a_source_brings_what_its_builtins_need_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    brought: list[Builtin] = []
    monkeypatch.setattr(registry, "function_of", brought.append)
    prepare("allow contains 1 if net.cidr_contains(input.a, io.jwt)")
    assert brought == [IN_PYTHON["net.cidr_contains"]]
