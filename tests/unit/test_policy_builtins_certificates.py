"""Certificates, requests and private keys in policies: every member as Go has it, chains verified as Go does.

The answers in the golden file are those of Open Policy Agent 1.22.0, recorded.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.rego.builtins.operands import BuiltinFailed
from engine.adapters.rego.builtins.registry import function_of
from engine.adapters.rego.builtins.table import IN_PYTHON
from engine.adapters.rego.builtins.x509.armour import blocks as blocks_of
from engine.adapters.rego.builtins.x509.certificates import parse_certificates
from engine.adapters.rego.builtins.x509.chains import parse_and_verify_certificates_with_options as verify
from engine.adapters.rego.builtins.x509.keys import parse_keypair, parse_private_keys, parse_rsa_private_key
from engine.adapters.rego.builtins.x509.requests import parse_certificate_request
from engine.core.limits import POLICY_CERTIFICATES_MAX, POLICY_CERTIFICATES_MAX_BYTES
from tests.unit.builtin_stage import refusal_of, value_of

RECORDED: Final = json.loads((Path(__file__).parents[1] / "golden" / "certificates.json").read_text())
BLOCKS: Final[dict[str, str]] = RECORDED["blocks"]
CASES: Final[list[dict[str, Any]]] = RECORDED["cases"]
# Members that Go holds without bound: here they are text.
UNBOUNDED: Final = {"SerialNumber", "N", "D", "X", "Y", "P", "Q", "G", "Dp", "Dq", "Qinv", "Primes"}
NOON: Final = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 10**9


@pytest.mark.requirement("3.1.builtins")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['function']} {case['operands']}"[:120])
def test_the_answer_is_the_recorded_one(case: dict[str, Any]) -> None:
    function = function_of(IN_PYTHON[case["function"]])
    operands = [_joined(operand) for operand in case["operands"]]
    if case.get("fails"):
        with pytest.raises(BuiltinFailed) as failed:
            function(*operands)
        assert not _quotes(str(failed.value), operands)
        return
    answer = function(*operands)
    if "valid" in case:
        members = [parse_certificates(BLOCKS[name])[0] for name in case["chain"]]
        wanted = [{name: value for name, value in one.items() if name != "URIStrings"} for one in members]
        assert answer == (case["valid"], wanted)
        return
    assert json.loads(json.dumps(answer)) == _with_texts(case["answer"])


@pytest.mark.requirement("3.1.builtins")
def test_a_policy_sees_every_member() -> None:
    for name in ("leaf", "constrained", "root"):
        seen = value_of("crypto.x509.parse_certificates(input)", BLOCKS[name])
        assert seen == parse_certificates(BLOCKS[name])
    assert value_of("crypto.x509.parse_certificate_request(input)", BLOCKS["request"])["Version"] == 0
    root = "crypto.x509.parse_certificates(input)[0]"
    assert value_of(f"{root}.PublicKey.N", BLOCKS["root"]).isdecimal()
    assert value_of(f"bits.and({root}.KeyUsage, 32)", BLOCKS["root"]) == 32


def test_pem_and_der_may_be_in_base64() -> None:
    pem = BLOCKS["root"] + "between\n" + BLOCKS["intermediate"].replace("\n", "\r\n")
    der = b"".join(block.contents for block in blocks_of(pem.encode()))
    wanted = parse_certificates(pem)
    assert len(wanted) == 2
    assert parse_certificates(_base64(pem)) == wanted
    assert parse_certificates(_base64(der)) == wanted
    assert parse_certificate_request(_base64(BLOCKS["request"])) == parse_certificate_request(
        BLOCKS["request"]
    )
    assert parse_private_keys(_base64(BLOCKS["key ec"])) == parse_private_keys(BLOCKS["key ec"])
    assert parse_rsa_private_key(_base64(BLOCKS["rsa key"])) == parse_rsa_private_key(BLOCKS["rsa key"])
    pair = parse_keypair(BLOCKS["root"], BLOCKS["key rsa8"])
    assert parse_keypair(_base64(BLOCKS["root"]), _base64(BLOCKS["key rsa8"])) == pair
    assert parse_keypair(_der("root"), _der("key rsa8")) == pair
    assert parse_keypair(_der("root"), _der("rsa key")) == pair


def test_text_that_holds_nothing_gives_nothing() -> None:
    assert parse_certificates("") == []
    assert parse_certificates("-----BEGIN nothing") == []
    assert parse_private_keys("") is None
    assert parse_private_keys("nope") == []
    assert parse_private_keys(BLOCKS["key enc"]) == []
    assert parse_rsa_private_key(BLOCKS["root"]) is None


@pytest.mark.parametrize("wrong", ["foobar", "YmFkc3RyaW5n", "äöü"])
def test_other_text_is_refused_and_not_quoted(wrong: str) -> None:
    for function in ("parse_certificates", "parse_certificate_request"):
        assert wrong not in refusal_of(f"crypto.x509.{function}(input)", wrong)
    assert "the base64 is damaged" in refusal_of('crypto.x509.parse_rsa_private_key("foobar")')
    assert "operand 1 is empty" in refusal_of('crypto.x509.parse_rsa_private_key("")')


def test_what_follows_a_certificate_is_refused() -> None:
    der = b64decode(_der("root"))
    for wrong in (der + b"x", der[:-1], der + der[:9]):
        with pytest.raises(BuiltinFailed, match="the certificate is damaged"):
            parse_certificates(_base64(wrong))


def test_the_number_and_the_size_of_certificates_are_bounded() -> None:
    many = BLOCKS["ed25519"] * POLICY_CERTIFICATES_MAX
    assert len(parse_certificates(many)) == POLICY_CERTIFICATES_MAX
    with pytest.raises(BuiltinFailed, match=f"more than {POLICY_CERTIFICATES_MAX} certificates"):
        parse_certificates(many + BLOCKS["ed25519"])
    with pytest.raises(BuiltinFailed, match=f"more than {POLICY_CERTIFICATES_MAX} certificates"):
        verify(many + BLOCKS["ed25519"], {"CurrentTime": NOON})
    long = "A" * (POLICY_CERTIFICATES_MAX_BYTES + 1)
    for call in (parse_certificates, parse_certificate_request, parse_private_keys, parse_rsa_private_key):
        with pytest.raises(BuiltinFailed, match="operand 1 has more than"):
            call(long)
    with pytest.raises(BuiltinFailed, match="operand 2 has more than"):
        parse_keypair(BLOCKS["root"], long)


@pytest.mark.requirement("3.1.forbidden")
def test_nothing_is_verified_at_a_time_that_is_not_given() -> None:
    chain = _joined(["root", "intermediate", "server"])
    call = "crypto.x509.parse_and_verify_certificates"
    assert "input.request.timestamp_ns" in refusal_of(f"{call}(input)", chain)
    assert "give it input.request.timestamp_ns" in refusal_of(f"{call}_with_options(input, {{}})", chain)
    assert value_of(f"{call}_with_options(input, {{}})", "foobar") == [False, []]
    assert value_of(f'{call}_with_options(input, {{"CurrentTime": {NOON}}})[0]', chain) is True
    wanted = f'{{"CurrentTime": {NOON}, "KeyUsages": {{"KeyUsageServerAuth"}}}}'
    assert value_of(f"{call}_with_options(input, {wanted})[0]", chain) is True


@given(st.sampled_from(sorted(BLOCKS)), st.data())
def test_damaged_structures_are_refused_or_read(name: str, data: st.DataObject) -> None:
    """Nothing but a refusal comes of damage: no other error, which might quote a key."""
    (block,) = blocks_of(BLOCKS[name].encode())
    octets = bytearray(block.contents)
    at = data.draw(st.integers(0, len(octets) - 1))
    octets[at] = data.draw(st.integers(0, 255))
    label = block.label.decode()
    pem = f"-----BEGIN {label}-----\n{_base64(bytes(octets))}\n-----END {label}-----\n"
    for call in (parse_certificates, parse_certificate_request, parse_private_keys, parse_rsa_private_key):
        assert not _quotes(_complaint(call, pem), [pem])


def _joined(operand: Any) -> Any:  # the names of blocks, or options as they are
    return "".join(BLOCKS[name] for name in operand) if isinstance(operand, list) else operand


def _with_texts(value: Any, name: str = "") -> Any:  # any JSON value
    """A recorded value with text where Go has numbers without bound."""
    match value:
        case dict():
            return {member: _with_texts(inner, member) for member, inner in value.items()}
        case list():
            return [_with_texts(inner, name) for inner in value]
        case int() if name in UNBOUNDED:
            return str(value)
    return value


def _quotes(message: str, operands: list[Any]) -> bool:
    lines = [line for operand in operands for line in re.split(r"\s", str(operand)) if len(line) > 10]
    return any(line in message for line in lines)


def _base64(value: str | bytes) -> str:
    return b64encode(value.encode() if isinstance(value, str) else value).decode()


def _der(name: str) -> str:
    (block,) = blocks_of(BLOCKS[name].encode())
    return _base64(block.contents)


def _complaint(call: Callable[[str], object], operand: str) -> str:
    try:
        call(operand)
    except BuiltinFailed as refused:
        return str(refused)
    return ""
