"""JSON web tokens in policies: what is verified, by which key, at what time; and what is signed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from jwt.utils import base64url_decode, base64url_encode

from engine.adapters.rego.builtins.operands import BuiltinFailed
from engine.adapters.rego.builtins.registry import function_of
from engine.adapters.rego.builtins.table import IN_PYTHON
from engine.adapters.rego.builtins.token_signatures import decode_verify, encode_sign, encode_sign_raw
from engine.adapters.rego.builtins.tokens import decode
from tests.unit.builtin_stage import refusal_of, value_of
from tests.unit.token_stage import ASYMMETRIC, KEYS, RSA, SECRET, jwk, pem, public, token

SECOND: Final = 1_000_000_000
NOT_SIGNED: Final = [False, {}, {}]


@pytest.mark.requirement("3.1.builtins")
@pytest.mark.parametrize("algorithm", KEYS)
def test_only_the_signature_of_the_key_and_its_algorithm_verifies(algorithm: str) -> None:
    verify = function_of(IN_PYTHON[f"io.jwt.verify_{algorithm.lower()}"])
    signed = token(algorithm, sub="a")
    key = KEYS[algorithm] if algorithm.startswith("HS") else pem(algorithm)
    assert verify(signed, key) is True
    assert verify(f"{signed[:-8]}AAAAAAAA", key) is False
    assert (
        verify(token(algorithm, sub="b").rpartition(".")[0] + "." + signed.rpartition(".")[2], key) is False
    )
    others = [other for other in ASYMMETRIC if other != algorithm]
    assert [other for other in others if not algorithm.startswith("HS") and verify(token(other), key)] == []


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_keys_come_as_pem_certificate_jwk_or_a_set_of_them(algorithm: str) -> None:
    signed = token(algorithm, {"kid": "k2"}, sub="a")
    verify = function_of(IN_PYTHON[f"io.jwt.verify_{algorithm.lower()}"])
    other = "ES256" if algorithm != "ES256" else "ES384"
    for keys in (
        public(algorithm),
        {"keys": [public(other, kid="k1"), public(algorithm, kid="k2")]},
        {"keys": [public(other), public(algorithm, alg=algorithm)]},
        {"keys": [public(other, alg="unknown"), public(algorithm)]},
    ):
        assert verify(signed, json.dumps(keys)) is True
    for keys in (
        jwk(algorithm),  # a private key is none to verify with
        {"keys": []},
        {"keys": [public(other, kid="k2"), public(algorithm, kid="k1")]},
        {"keys": [public(algorithm, alg=other)]},
    ):
        assert verify(signed, json.dumps(keys)) is False


def test_a_certificate_is_a_key_and_nothing_may_follow_it() -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, RSA.public_key(), 1, start, start + timedelta(days=1))
    certificate = builder.sign(RSA, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    verify = function_of(IN_PYTHON["io.jwt.verify_rs256"])
    assert verify(token("RS256"), certificate) is True
    for wrong in (
        f"{certificate}\n",
        certificate.replace("MII", "AAA", 1),
        pem("RS256").replace("PUBLIC", "X"),
    ):
        with pytest.raises(BuiltinFailed):
            verify(token("RS256"), wrong)


@pytest.mark.parametrize(
    ("claims", "constraints", "valid"),
    [
        ({"sub": "a"}, {}, True),
        ({"exp": 10}, {"time": 9 * SECOND}, True),
        ({"exp": 10}, {"time": 10 * SECOND}, False),
        ({"nbf": 10.5}, {"time": int(10.5 * SECOND)}, True),
        ({"nbf": 10.5}, {"time": 10 * SECOND}, False),
        ({"iss": "a"}, {"iss": "a"}, True),
        ({"iss": "b"}, {"iss": "a"}, False),
        ({}, {"iss": "a"}, False),
        ({"aud": "a"}, {"aud": "a"}, True),
        ({"aud": ["b", "a"]}, {"aud": "a"}, True),
        ({"aud": ["b"]}, {"aud": "a"}, False),
        ({"aud": "a"}, {}, False),
        ({}, {"aud": "a"}, False),
        ({}, {"alg": "HS256"}, True),
        ({}, {"alg": "HS512"}, False),
        ({}, {"secret": "other"}, False),
    ],
)
def test_a_token_is_valid_that_meets_every_constraint(
    claims: dict[str, Any], constraints: dict[str, Any], *, valid: bool
) -> None:
    signed = encode_sign({"alg": "HS256"}, claims, jwk("HS256"))
    found = value_of("io.jwt.decode_verify(input[0], input[1])", [signed, {"secret": SECRET, **constraints}])
    assert found == ([True, {"alg": "HS256"}, claims] if valid else NOT_SIGNED)


def test_a_time_in_a_token_needs_the_time_from_the_policy() -> None:
    for signed in (token(exp=10), token(nbf=10)):
        words = refusal_of("io.jwt.decode_verify(input[0], input[1])", [signed, {"secret": SECRET}])
        assert words == (
            "io.jwt.decode_verify: the token has exp or nbf: give the constraint time, "
            "such as input.request.timestamp_ns"
        )


@pytest.mark.parametrize(
    ("header", "claims", "constraints"),
    [
        ({}, {}, {}),
        ({}, {}, {"secret": SECRET, "cert": "x"}),
        ({}, {}, {"secret": ""}),
        ({}, {}, {"secret": SECRET, "issuer": "a"}),
        ({}, {}, {"secret": SECRET, "iss": 1}),
        ({}, {}, {"secret": SECRET, "time": -1}),
        ({}, {}, {"secret": SECRET, "time": True}),
        ({}, {}, {"cert": "x"}),
        ({}, {}, {"cert": "{}"}),
        ({}, {}, {"cert": '{"keys": 1}'}),
        ({}, {}, {"cert": '{"kty": "RSA", "n": 1, "e": "AQAB"}'}),
        ({}, {"exp": None}, {"secret": SECRET}),
        ({}, {"nbf": "1"}, {"secret": SECRET, "time": 1}),
        ({"kid": 1}, {}, {"secret": SECRET}),
        ({"crit": []}, {}, {"secret": SECRET}),
        ({"enc": "a"}, {}, {"secret": SECRET}),
    ],
)
def test_constraints_and_tokens_that_make_no_sense_are_errors(
    header: dict[str, Any], claims: dict[str, Any], constraints: dict[str, Any]
) -> None:
    signed = encode_sign({"alg": "HS256", **header}, claims, jwk("HS256"))
    with pytest.raises(BuiltinFailed):
        decode_verify(signed, constraints)


def test_the_algorithm_of_a_token_cannot_be_turned_against_its_key() -> None:
    forged = encode_sign(
        {"alg": "HS256"}, {}, {"kty": "oct", "k": base64url_encode(pem("RS256").encode()).decode()}
    )
    assert decode_verify(forged, {"cert": pem("RS256")})[0] is False
    assert decode_verify(token("RS256"), {"secret": pem("RS256")})[0] is False
    unsigned = "eyJhbGciOiJub25lIn0.e30."
    assert decode_verify(unsigned, {"secret": SECRET})[0] is False
    assert decode_verify(token("HS256"), {"cert": json.dumps(jwk("HS256"))})[0] is True


def test_a_token_that_demands_what_we_do_not_know_is_not_valid() -> None:
    signed = encode_sign({"alg": "HS256", "crit": ["x"], "x": 1}, {}, jwk("HS256"))
    assert decode_verify(signed, {"secret": SECRET})[0] is False


def test_a_token_inside_a_token_is_what_counts() -> None:
    inner = token(sub="a")
    outer = encode_sign_raw('{"alg": "HS256", "cty": "JWT"}', f'"{inner}"', json.dumps(jwk("HS256")))
    assert decode(outer) == decode(inner)
    bare = encode_sign_raw('{"alg": "HS256", "typ": "JOSE", "cty": "jwt"}', inner, json.dumps(jwk("HS256")))
    assert decode_verify(bare, {"secret": SECRET})[2] == {"sub": "a"}


@pytest.mark.parametrize(
    "wrong", ["a", "a.b", "a.b.c.d", "é.e30.", "e30.e30.=", "e30.e30.a", "e30.W10.", "bnVsbA.e30.", "_w.e30."]
)
def test_what_is_no_token_is_an_error(wrong: str) -> None:
    with pytest.raises(BuiltinFailed, match="section"):
        decode(wrong)


def test_half_a_surrogate_pair_and_numbers_without_end_do_not_reach_the_engine() -> None:
    key = json.dumps(jwk("HS256"))
    signed = encode_sign_raw('{"alg": "HS256"}', r'{"a": ["\ud800", {"\udfff": "\ud83d\ude00"}]}', key)
    assert value_of("io.jwt.decode(input)[1]", signed) == {"a": ["\ufffd", {"\ufffd": "\U0001f600"}]}
    for endless in ("1e999", "NaN", "Infinity"):
        with pytest.raises(BuiltinFailed, match="JSON"):
            decode(encode_sign_raw('{"alg": "HS256", "typ": "x"}', f'{{"a": {endless}}}', key))


@pytest.mark.requirement("3.1.builtins")
@pytest.mark.parametrize("algorithm", [name for name in KEYS if not name.startswith("PS")])
def test_what_is_signed_here_others_verify_and_it_is_the_same_each_time(algorithm: str) -> None:
    signed = encode_sign({"alg": algorithm}, {"a": [1]}, jwk(algorithm))
    assert signed == encode_sign({"alg": algorithm}, {"a": [1]}, jwk(algorithm))
    key = KEYS[algorithm] if algorithm.startswith("HS") else KEYS[algorithm].public_key()
    assert jwt.decode(signed, key, [algorithm]) == {"a": [1]}


def test_what_is_signed_is_written_as_go_does() -> None:
    claims = '{"b": {2, null, "<"}, "a": "é&"}'
    signed = value_of(f'io.jwt.encode_sign({{"typ": "JWT", "alg": "HS256"}}, {claims}, input)', jwk("HS256"))
    header, payload, _ = signed.split(".")
    assert base64url_decode(header) == b'{"alg":"HS256","typ":"JWT"}'
    assert base64url_decode(payload).decode() == r'{"a":"é\u0026","b":[null,2,"\u003c"]}'


@pytest.mark.parametrize(
    ("header", "payload", "key"),
    [
        ('{"alg": "PS256"}', "{}", "RS256"),
        ('{"alg": "HS256"}', "{}", "RS256"),
        ('{"alg": "ES256"}', "{}", "ES384"),
        ('{"alg": "none"}', "{}", "HS256"),
        ('{"alg": 1}', "{}", "HS256"),
        ("{}", "{}", "HS256"),
        ("", "{}", "HS256"),
        ('{"alg": "HS256"}', "x", "HS256"),
        ('{"alg": "HS256", "typ": "JWT"}', "", "HS256"),
    ],
)
def test_what_cannot_be_signed_is_an_error(header: str, payload: str, key: str) -> None:
    for signer in (jwk(key), {"keys": [jwk(key)]}):
        with pytest.raises(BuiltinFailed):
            encode_sign_raw(header, payload, json.dumps(signer))


def test_no_key_signs_nothing() -> None:
    with pytest.raises(BuiltinFailed, match="empty"):
        encode_sign({"alg": "HS256"}, {}, {"keys": []})
    with pytest.raises(BuiltinFailed, match="no string"):
        encode_sign({"alg": "HS256"}, {1: 2}, jwk("HS256"))
