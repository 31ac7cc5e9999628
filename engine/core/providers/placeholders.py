"""Values that stand for the caller's own, chosen by the name of what they are for.

What a name tells about the form of its value is alike over providers (`_NAMES`); what the AWS provider
accepts stands in `aws_words` and `aws_places`. All are harmless: networks, addresses and domains are those
that RFC 1918, 3849, 5737 and 2606 leave for private use and examples, the account is that of AWS's own
documentation, and policies grant nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from pydantic import JsonValue

from engine.core.providers.aws_places import AWS_PLACES
from engine.core.providers.aws_words import AWS_CHOICES, AWS_NAMES
from engine.core.providers.constraints import converts, members

_AWS: Final = "aws_"
# The first pattern that the whole name of an attribute matches tells its value.
_NAMES: Final[Mapping[str, JsonValue]] = MappingProxyType(
    {
        r"(.*_)?arns?(_list)?": "arn:aws:iam::123456789012:role/example",
        r"(.*_)?ipv6_cidr(_blocks?)?": "2001:db8::/56",
        r"(.*_)?cidr(_blocks?|s)?": "10.0.0.0/16",
        r"(.*_)?ip(_address)?": "192.0.2.1",
        r"(.*_)?(policy|policy_document)": '{"Version": "2012-10-17", "Statement": []}',
        r"(.*_)?json": "{}",
        r"(.*_)?(email|email_address)": "someone@example.com",
        r"(.*_)?(url|uri)": "https://example.com",
        r"(.*_)?(domain|domain_name|hostname|fqdn)": "example.com",
        r"(.*_)?password": "change-this-password",
        r"(.*_)?port": 443,
        r"(.*_)?protocol": "tcp",
        r"(.*_)?bucket(_name)?": "example-bucket",
        r"(.*_)?(start|end)?(time|date)": "2030-01-01T00:00:00Z",
        r"(.*_)?schedule(_expression)?": "rate(1 day)",
        r"(.*_)?days": 7,
        r"(.*_)?enabled": True,
    }
)
# What stands where no name tells more, by type.
_BLANK: Final[Mapping[str, JsonValue]] = MappingProxyType({"number": 1, "bool": False})
_TEXT: Final = "example"
_NOTHING: Final[Mapping[str, JsonValue]] = MappingProxyType({})


def placeholder(names: Sequence[str], constraint: JsonValue) -> JsonValue:
    """Return a value of a simple type for the attribute whose name ends `names`.

    `names` are those of the type, where it is known, and of the blocks around, outer ones first.
    """
    for value in _candidates(names):
        if converts(constraint, value):
            return _spelt(value) if constraint == "string" else value
    return _BLANK.get(str(constraint), _TEXT)


def whole(names: Sequence[str], constraint: list[JsonValue]) -> JsonValue:
    """Return a known value of a list, set or map, None where there is none."""
    known = _placed(names)
    return known if isinstance(known, list | dict) and members(constraint, known) is not None else None


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """Return which members a block wants beside those that its schema demands, where that is known."""
    return AWS_CHOICES.get(".".join(names), ())


def _candidates(names: Sequence[str]) -> Iterator[JsonValue]:
    if names[0].startswith(_AWS):
        if (known := _placed(names)) is not None:
            yield known
        yield from _matching(AWS_NAMES, names[-1])
    yield from _matching(_NAMES, names[-1])


def _spelt(value: JsonValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _placed(names: Sequence[str]) -> JsonValue:
    return AWS_PLACES.get(names[0], _NOTHING).get(".".join(names[1:]))


def _matching(known: Mapping[str, JsonValue], name: str) -> Iterator[JsonValue]:
    return (value for pattern, value in known.items() if re.fullmatch(pattern, name))
