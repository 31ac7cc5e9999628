"""Which functions a policy may call and why others are refused. Nothing here calls anything.

The engine's own were found by calling all of OPA's in this build of regorus (0.13.0); a test repeats that.
"""

from typing import Final, NamedTuple

from engine.adapters.rego.builtins.table import IN_PYTHON, IN_PYTHON_V0


class Forbidden(NamedTuple):
    """A built-in that no policy may call.

    Attributes:
        arity: number of its arguments, None where it varies and the engine cannot override it.
        hint: the way out.
    """

    arity: int | None
    hint: str


_ONLY_INPUT: Final = "a policy decides on its input alone"
_REPEATABLE: Final = "the same input must give the same decision; derive the value from input.request"
_SILENT: Final = "only tests print; put what people should know into warn"
_NO_METADATA: Final = "the engine keeps no annotations; write the value into the rule"
_NO_CLOCK_X509: Final = (
    "it reads the clock; use crypto.x509.parse_and_verify_certificates_with_options with the option "
    "CurrentTime, for example input.request.timestamp_ns"
)
_NO_GRAPHQL: Final = "policies judge resources; have GraphQL checked where it is served"

FORBIDDEN: Final = {
    "crypto.x509.parse_and_verify_certificates": Forbidden(1, _NO_CLOCK_X509),
    "graphql.is_valid": Forbidden(2, _NO_GRAPHQL),
    "graphql.parse": Forbidden(2, _NO_GRAPHQL),
    "graphql.parse_and_verify": Forbidden(2, _NO_GRAPHQL),
    "graphql.parse_query": Forbidden(1, _NO_GRAPHQL),
    "graphql.parse_schema": Forbidden(1, _NO_GRAPHQL),
    "graphql.schema_is_valid": Forbidden(1, _NO_GRAPHQL),
    "http.send": Forbidden(1, _ONLY_INPUT),
    "net.lookup_ip_addr": Forbidden(1, f"{_ONLY_INPUT}; compare addresses with net.cidr_contains"),
    "opa.runtime": Forbidden(0, _ONLY_INPUT),
    "print": Forbidden(None, _SILENT),
    "providers.aws.sign_req": Forbidden(3, f"{_ONLY_INPUT}: it sends nothing that could be signed"),
    "rand.intn": Forbidden(2, _REPEATABLE),
    "rego.metadata.chain": Forbidden(0, _NO_METADATA),
    "rego.metadata.rule": Forbidden(0, _NO_METADATA),
    "rego.parse_module": Forbidden(2, _ONLY_INPUT),
    "time.now_ns": Forbidden(0, "use input.request.timestamp_ns"),
    "trace": Forbidden(1, _SILENT),
    "uuid.rfc4122": Forbidden(1, _REPEATABLE),
}

# fmt: off
OF_THE_ENGINE: Final = frozenset(
    [
        "abs", "array.concat", "array.reverse", "array.slice", "base64.decode", "base64.encode",
        "base64.is_valid", "base64url.decode", "base64url.encode", "base64url.encode_no_pad", "bits.and",
        "bits.lsh", "bits.negate", "bits.or", "bits.rsh", "bits.xor", "ceil", "concat", "contains",
        "count", "endswith", "floor", "format_int", "glob.match", "glob.quote_meta", "graph.reachable",
        "graph.reachable_paths", "hex.decode", "hex.encode", "indexof", "indexof_n", "intersection",
        "is_array", "is_boolean", "is_null", "is_number", "is_object", "is_set", "is_string",
        "json.filter", "json.is_valid", "json.marshal", "json.marshal_with_options", "json.match_schema",
        "json.patch", "json.remove", "json.unmarshal", "json.verify_schema", "lower", "max", "min",
        "net.cidr_contains", "net.cidr_expand", "net.cidr_is_valid", "numbers.range",
        "numbers.range_step", "object.filter", "object.get", "object.keys", "object.remove",
        "object.subset", "object.union", "object.union_n", "product", "regex.find_all_string_submatch_n",
        "regex.find_n", "regex.is_valid", "regex.match", "regex.replace", "regex.split",
        "regex.template_match", "replace", "round", "semver.compare", "semver.is_valid", "set", "sort",
        "split", "sprintf", "startswith", "strings.any_prefix_match", "strings.any_suffix_match",
        "strings.count", "strings.replace_n", "strings.reverse", "substring", "sum", "time.add_date",
        "time.clock", "time.date", "time.diff", "time.format", "time.parse_duration_ns", "time.parse_ns",
        "time.parse_rfc3339_ns", "time.weekday", "to_number", "trim", "trim_left", "trim_prefix",
        "trim_right", "trim_space", "trim_suffix", "type_name", "union", "units.parse",
        "units.parse_bytes", "upper", "urlquery.decode", "urlquery.decode_object", "urlquery.encode",
        "urlquery.encode_object", "uuid.parse", "walk", "yaml.is_valid", "yaml.marshal", "yaml.unmarshal",
    ]
)
# fmt: on

BUILTINS: Final = OF_THE_ENGINE | IN_PYTHON.keys()
BUILTINS_V0: Final = BUILTINS | IN_PYTHON_V0.keys()
