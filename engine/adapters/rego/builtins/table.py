"""Which built-ins are in Python: where each is, how many operands it has. It imports none of them."""

from collections.abc import Mapping
from typing import Final, NamedTuple

_CASTS: Final = "engine.adapters.rego.builtins.casts"
_CERTIFICATES: Final = "engine.adapters.rego.builtins.x509.certificates"
_CHAINS: Final = "engine.adapters.rego.builtins.x509.chains"
_FORMATS: Final = "engine.adapters.rego.builtins.formats"
_GLOBS: Final = "engine.adapters.rego.builtins.globs"
_HASHES: Final = "engine.adapters.rego.builtins.hashes"
_KEYS: Final = "engine.adapters.rego.builtins.x509.keys"
_NETWORKS: Final = "engine.adapters.rego.builtins.networks"
_REQUESTS: Final = "engine.adapters.rego.builtins.x509.requests"
_SIGNATURES: Final = "engine.adapters.rego.builtins.token_signatures"
_TEMPLATES: Final = "engine.adapters.rego.builtins.templates"
_TOKENS: Final = "engine.adapters.rego.builtins.tokens"
_UNITS: Final = "engine.adapters.rego.builtins.units"
_URIS: Final = "engine.adapters.rego.builtins.uris"
_WORDS: Final = "engine.adapters.rego.builtins.words"


class Builtin(NamedTuple):
    """Where a built-in is found.

    Attributes:
        module: is imported when the built-in is first needed.
        function: takes `arity` operands, by position.
    """

    module: str
    function: str
    arity: int


IN_PYTHON: Final[Mapping[str, Builtin]] = {
    "array.flatten": Builtin(_WORDS, "flatten", 1),
    "crypto.hmac.equal": Builtin(_HASHES, "hmac_equal", 2),
    "crypto.hmac.md5": Builtin(_HASHES, "hmac_md5", 2),
    "crypto.hmac.sha1": Builtin(_HASHES, "hmac_sha1", 2),
    "crypto.hmac.sha256": Builtin(_HASHES, "hmac_sha256", 2),
    "crypto.hmac.sha512": Builtin(_HASHES, "hmac_sha512", 2),
    "crypto.md5": Builtin(_HASHES, "md5", 1),
    "crypto.parse_private_keys": Builtin(_KEYS, "parse_private_keys", 1),
    "crypto.sha1": Builtin(_HASHES, "sha1", 1),
    "crypto.sha256": Builtin(_HASHES, "sha256", 1),
    "crypto.x509.parse_and_verify_certificates_with_options": Builtin(
        _CHAINS, "parse_and_verify_certificates_with_options", 2
    ),
    "crypto.x509.parse_certificate_request": Builtin(_REQUESTS, "parse_certificate_request", 1),
    "crypto.x509.parse_certificates": Builtin(_CERTIFICATES, "parse_certificates", 1),
    "crypto.x509.parse_keypair": Builtin(_KEYS, "parse_keypair", 2),
    "crypto.x509.parse_rsa_private_key": Builtin(_KEYS, "parse_rsa_private_key", 1),
    "io.jwt.decode": Builtin(_TOKENS, "decode", 1),
    "io.jwt.decode_verify": Builtin(_SIGNATURES, "decode_verify", 2),
    "io.jwt.encode_sign": Builtin(_SIGNATURES, "encode_sign", 3),
    "io.jwt.encode_sign_raw": Builtin(_SIGNATURES, "encode_sign_raw", 3),
    "io.jwt.verify_eddsa": Builtin(_SIGNATURES, "verify_eddsa", 2),
    "io.jwt.verify_es256": Builtin(_SIGNATURES, "verify_es256", 2),
    "io.jwt.verify_es384": Builtin(_SIGNATURES, "verify_es384", 2),
    "io.jwt.verify_es512": Builtin(_SIGNATURES, "verify_es512", 2),
    "io.jwt.verify_hs256": Builtin(_TOKENS, "verify_hs256", 2),
    "io.jwt.verify_hs384": Builtin(_TOKENS, "verify_hs384", 2),
    "io.jwt.verify_hs512": Builtin(_TOKENS, "verify_hs512", 2),
    "io.jwt.verify_ps256": Builtin(_SIGNATURES, "verify_ps256", 2),
    "io.jwt.verify_ps384": Builtin(_SIGNATURES, "verify_ps384", 2),
    "io.jwt.verify_ps512": Builtin(_SIGNATURES, "verify_ps512", 2),
    "io.jwt.verify_rs256": Builtin(_SIGNATURES, "verify_rs256", 2),
    "io.jwt.verify_rs384": Builtin(_SIGNATURES, "verify_rs384", 2),
    "io.jwt.verify_rs512": Builtin(_SIGNATURES, "verify_rs512", 2),
    "json.is_valid": Builtin(_FORMATS, "json_is_valid", 1),
    "json.match_schema": Builtin(_FORMATS, "match_schema", 2),
    "json.verify_schema": Builtin(_FORMATS, "verify_schema", 1),
    "net.cidr_contains": Builtin(_NETWORKS, "cidr_contains", 2),
    "net.cidr_contains_matches": Builtin(_NETWORKS, "cidr_contains_matches", 2),
    "net.cidr_expand": Builtin(_NETWORKS, "cidr_expand", 1),
    "net.cidr_intersects": Builtin(_NETWORKS, "cidr_intersects", 2),
    "net.cidr_is_valid": Builtin(_NETWORKS, "cidr_is_valid", 1),
    "net.cidr_merge": Builtin(_NETWORKS, "cidr_merge", 1),
    "regex.globs_match": Builtin(_GLOBS, "globs_match", 2),
    "semver.is_valid": Builtin(_FORMATS, "semver_is_valid", 1),
    "strings.count": Builtin(_WORDS, "count", 2),
    "strings.render_template": Builtin(_TEMPLATES, "render_template", 2),
    "strings.split_n": Builtin(_WORDS, "split_n", 3),
    "units.parse": Builtin(_UNITS, "parse", 1),
    "units.parse_bytes": Builtin(_UNITS, "parse_bytes", 1),
    "uri.is_valid": Builtin(_URIS, "is_valid", 1),
    "uri.parse": Builtin(_URIS, "parse", 1),
    "yaml.is_valid": Builtin(_FORMATS, "yaml_is_valid", 1),
}

# What only the old language has; the new one wants these written otherwise.
IN_PYTHON_V0: Final[Mapping[str, Builtin]] = {
    "all": Builtin(_CASTS, "all_", 1),
    "any": Builtin(_CASTS, "any_", 1),
    "cast_array": Builtin(_CASTS, "cast_array", 1),
    "cast_boolean": Builtin(_CASTS, "cast_boolean", 1),
    "cast_null": Builtin(_CASTS, "cast_null", 1),
    "cast_object": Builtin(_CASTS, "cast_object", 1),
    "cast_set": Builtin(_CASTS, "cast_set", 1),
    "cast_string": Builtin(_CASTS, "cast_string", 1),
    "net.cidr_overlap": Builtin(_NETWORKS, "cidr_contains", 2),
    "re_match": Builtin(_CASTS, "re_match", 2),
    "set_diff": Builtin(_CASTS, "set_diff", 2),
}
