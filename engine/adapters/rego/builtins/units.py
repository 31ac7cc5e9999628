"""Rego's `units.parse` and `units.parse_bytes`: amounts with a unit, computed without rounding."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value, text

_AMOUNT: Final = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<exponent>[+-]?[0-9]{1,6}))?)(?P<unit>[A-Za-z]*)"
)
# Larger powers of ten are no numbers to the engine, smaller ones nothing.
_LARGEST_EXPONENT: Final = 300
_LETTERS: Final = "kmgtpe"
_FACTORS: Final = {letter: 1000**power for power, letter in enumerate(_LETTERS, start=1)} | {
    f"{letter}i": 1024**power for power, letter in enumerate(_LETTERS, start=1)
}
_BYTES: Final = _FACTORS | {f"{unit}b": factor for unit, factor in _FACTORS.items()}
_DECIMALS: Final = 10**10


def parse(value: Value) -> float:
    """Return an amount with a unit, decimal or binary, as a number; `m` is a thousandth, `M` a million."""
    number, unit = _split(text(value, 1))
    amount = number / 1000 if unit == "m" else number * _factor(_FACTORS, unit)
    if amount.denominator == 1:
        return int(amount)
    rounded = int(abs(amount) * _DECIMALS + Fraction(1, 2))
    return (rounded if amount > 0 else -rounded) / _DECIMALS


def parse_bytes(value: Value) -> int:
    """Return a number of bytes; a part of a byte is cut off."""
    number, unit = _split(text(value, 1))
    return int(number * _factor(_BYTES, unit))


def _split(amount: str) -> tuple[Fraction, str]:
    found = _AMOUNT.fullmatch(amount.replace('"', ""))
    if found is None:
        raise BuiltinFailed("the amount is no number with a unit")
    if abs(int(found["exponent"] or 0)) > _LARGEST_EXPONENT:
        raise BuiltinFailed("the exponent is too large")
    return Fraction(found["number"]), found["unit"]


def _factor(known: Mapping[str, int], unit: str) -> int:
    factor = known.get(unit.lower()) if unit else 1
    if factor is None:
        raise BuiltinFailed("the unit is unknown")
    return factor
