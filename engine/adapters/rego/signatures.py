"""What each built-in of OPA takes and gives, by kind. Whether the engine has it is `vocabulary`'s to say."""

from typing import Final, NamedTuple

# name:arguments:result, one letter a kind; letters in brackets are one argument of any of these kinds.
#   a array, b boolean, e set, n number, o object, s string, x anything, z null
_TABLE: Final = """
abs:n:n all:[ae]:b any:[ae]:b array.concat:aa:a array.flatten:a:a array.reverse:a:a
array.slice:ann:a base64.decode:s:s base64.encode:s:s base64.is_valid:s:b base64url.decode:s:s
base64url.encode:s:s base64url.encode_no_pad:s:s bits.and:nn:n bits.lsh:nn:n bits.negate:n:n
bits.or:nn:n bits.rsh:nn:n bits.xor:nn:n cast_array:x:a cast_boolean:x:b cast_null:x:z
cast_object:x:o cast_set:x:e cast_string:x:s ceil:n:n concat:s[ae]:s contains:ss:b count:[aeos]:n
crypto.hmac.equal:ss:b crypto.hmac.md5:ss:s crypto.hmac.sha1:ss:s crypto.hmac.sha256:ss:s
crypto.hmac.sha512:ss:s crypto.md5:s:s crypto.parse_private_keys:s:a crypto.sha1:s:s
crypto.sha256:s:s crypto.x509.parse_and_verify_certificates:s:a
crypto.x509.parse_and_verify_certificates_with_options:so:a
crypto.x509.parse_certificate_request:s:o crypto.x509.parse_certificates:s:a
crypto.x509.parse_keypair:ss:o crypto.x509.parse_rsa_private_key:s:o endswith:ss:b floor:n:n
format_int:nn:s glob.match:s[az]s:b glob.quote_meta:s:s graph.reachable:o[ae]:e
graph.reachable_paths:o[ae]:e graphql.is_valid:[os][os]:b graphql.parse:[os][os]:a
graphql.parse_and_verify:[os][os]:a graphql.parse_query:s:o graphql.parse_schema:s:o
graphql.schema_is_valid:[os]:b hex.decode:s:s hex.encode:s:s http.send:o:o indexof:ss:n
indexof_n:ss:a internal.template_string:a:s intersection:e:e io.jwt.decode:s:a
io.jwt.decode_verify:so:a io.jwt.encode_sign:ooo:s io.jwt.encode_sign_raw:sss:s
io.jwt.verify_eddsa:ss:b io.jwt.verify_es256:ss:b io.jwt.verify_es384:ss:b io.jwt.verify_es512:ss:b
io.jwt.verify_hs256:ss:b io.jwt.verify_hs384:ss:b io.jwt.verify_hs512:ss:b io.jwt.verify_ps256:ss:b
io.jwt.verify_ps384:ss:b io.jwt.verify_ps512:ss:b io.jwt.verify_rs256:ss:b io.jwt.verify_rs384:ss:b
io.jwt.verify_rs512:ss:b is_array:x:b is_boolean:x:b is_null:x:b is_number:x:b is_object:x:b
is_set:x:b is_string:x:b json.filter:o[ae]:o json.is_valid:s:b json.marshal:x:s
json.marshal_with_options:xo:s json.match_schema:[os][os]:a json.patch:xa:x json.remove:o[ae]:o
json.unmarshal:s:x json.verify_schema:[os]:a lower:s:s max:[ae]:x min:[ae]:x net.cidr_contains:ss:b
net.cidr_contains_matches:[aeos][aeos]:e net.cidr_expand:s:e net.cidr_intersects:ss:b
net.cidr_is_valid:s:b net.cidr_merge:[ae]:e net.cidr_overlap:ss:b net.lookup_ip_addr:s:e
numbers.range:nn:a numbers.range_step:nnn:a object.filter:o[aeo]:o object.get:oxx:x object.keys:o:e
object.remove:o[aeo]:o object.subset:[aeo][aeo]:b object.union:oo:o object.union_n:a:o
opa.runtime::o product:[ae]:n providers.aws.sign_req:oon:o rand.intn:sn:n re_match:ss:b
regex.find_all_string_submatch_n:ssn:a regex.find_n:ssn:a regex.globs_match:ss:b regex.is_valid:s:b
regex.match:ss:b regex.replace:sss:s regex.split:ss:a regex.template_match:ssss:b
rego.metadata.chain::a rego.metadata.rule::x rego.parse_module:ss:o replace:sss:s round:n:n
semver.compare:ss:n semver.is_valid:x:b set_diff:ee:e sort:[ae]:a split:ss:a sprintf:sa:s
startswith:ss:b strings.any_prefix_match:[aes][aes]:b strings.any_suffix_match:[aes][aes]:b
strings.count:ss:n strings.render_template:so:s strings.replace_n:os:s strings.reverse:s:s
strings.split_n:ssn:a substring:snn:s sum:[ae]:n time.add_date:nnnn:n time.clock:[an]:a
time.date:[an]:a time.diff:[an][an]:a time.format:[an]:s time.now_ns::n time.parse_duration_ns:s:n
time.parse_ns:ss:n time.parse_rfc3339_ns:s:n time.weekday:[an]:s to_number:[bnsz]:n trace:s:b
trim:ss:s trim_left:ss:s trim_prefix:ss:s trim_right:ss:s trim_space:s:s trim_suffix:ss:s
type_name:x:s union:e:e units.parse:s:n units.parse_bytes:s:n upper:s:s uri.is_valid:s:b
uri.parse:s:o urlquery.decode:s:s urlquery.decode_object:s:o urlquery.encode:s:s
urlquery.encode_object:o:s uuid.parse:s:o uuid.rfc4122:s:s walk:x:a yaml.is_valid:s:b
yaml.marshal:x:s yaml.unmarshal:s:x
"""

KINDS: Final = {
    "a": "an array",
    "b": "a boolean",
    "e": "a set",
    "n": "a number",
    "o": "an object",
    "s": "a string",
    "z": "null",
}
ANY: Final = "".join(KINDS)


class Signature(NamedTuple):
    """The kinds that each argument may have, and those of the result, as letters of `KINDS`."""

    arguments: tuple[str, ...]
    result: str


def _signature(arguments: str, result: str) -> Signature:
    taken: list[str] = []
    for part in arguments.replace("[", " [").replace("]", " ").split():
        taken += [part[1:]] if part.startswith("[") else list(part)
    return Signature(tuple(kinds.replace("x", ANY) for kinds in taken), result.strip("[]").replace("x", ANY))


SIGNATURES: Final = {
    name: _signature(arguments, result)
    for name, arguments, result in (line.split(":") for line in _TABLE.split())
}
