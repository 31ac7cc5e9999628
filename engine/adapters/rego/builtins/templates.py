"""Rego's `strings.render_template`: fills in a template of Go's `text/template`.

Numbers of the data are text to it, as in OPA: `eq .n 5` fails, `eq .n "5"` holds. Of Go's functions `call`,
`html`, `js`, `slice` and `urlquery` are left out. What comes out has `POLICY_TEMPLATE_MAX_CHARS` at most.
"""

import inspect
from collections.abc import Iterable, Sequence

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value, mapping, text
from engine.adapters.rego.builtins.template_syntax import Block, Jump, Node, Operand, Pipeline, Text, parsed
from engine.adapters.rego.builtins.template_values import (
    FUNCTIONS,
    NOTHING,
    bounded,
    field,
    from_rego,
    shown,
    true,
)


def render_template(template: Value, data: Value) -> str:
    """Return a template with its actions replaced by what they give for `data`, an object."""
    nodes = parsed(text(template, 1))
    filling = _Filling(from_rego(mapping(data, 2)))
    filling.fill(nodes)
    return filling.made.replace(NOTHING, "<undefined>")


class _Jumped(BuiltinFailed):
    """A loop ends, or a round of it; outside of a loop that is wrong."""

    def __init__(self, word: str) -> None:
        super().__init__(f"the template has {word} outside of range")
        self.word = word


class _Filling:
    """A template on its way: what was made, where the dot is, which variables there are."""

    def __init__(self, data: Value) -> None:
        self.made = ""
        self._dot = data
        self._variables: list[tuple[str, Value]] = [("$", data)]

    def fill(self, nodes: Iterable[Node]) -> None:
        """Add what nodes make."""
        for node in nodes:
            match node:
                case Text():
                    self.made = bounded(self.made + node.text)
                case Jump():
                    raise _Jumped(node.word)
                case Block():
                    self._scoped(node)
                case Pipeline():
                    value = self._value(node)
                    if not node.variables:
                        self.made = bounded(self.made + shown(value, outermost=True))

    def _scoped(self, block: Block) -> None:
        """Fill in a block; its variables and its dot end with it."""
        depth, dot = len(self._variables), self._dot
        try:
            if block.word == "range":
                self._loop(block)
            else:
                value = self._value(block.pipeline)
                if true(value) and block.word == "with":
                    self._dot = value
                self.fill(block.body if true(value) else block.otherwise)
        finally:
            del self._variables[depth:]
            self._dot = dot

    def _loop(self, block: Block) -> None:
        rounds = _rounds(self._value(block.pipeline._replace(variables=())))
        if not rounds:
            self.fill(block.otherwise)
        depth = len(self._variables)
        for key, value in rounds:
            self._dot = value
            given = (value,) if len(block.pipeline.variables) == 1 else (key, value)
            for name, member in zip(block.pipeline.variables, given, strict=False):
                self._give(name, member, declares=block.pipeline.declares)
            try:
                self.fill(block.body)
            except _Jumped as jumped:
                if jumped.word == "break":
                    break
            finally:
                del self._variables[depth:]

    def _value(self, pipeline: Pipeline) -> Value:
        given: tuple[Value, ...] = ()
        for command in pipeline.commands:
            given = (self._command(command, given),)
        for name in pipeline.variables:
            self._give(name, given[0], declares=pipeline.declares)
        return given[0]

    def _give(self, name: str, value: Value, *, declares: bool) -> None:
        if declares:
            self._variables.append((name, value))
        else:
            self._variables[self._place(name)] = (name, value)

    def _place(self, name: str) -> int:
        for place in range(len(self._variables) - 1, -1, -1):
            if self._variables[place][0] == name:
                return place
        raise BuiltinFailed("the template uses a variable that it does not declare")

    def _command(self, command: Sequence[Operand], given: tuple[Value, ...]) -> Value:
        first, *rest = command
        if first.kind == "call":
            return self._call(first.value, rest, given)
        if rest or given:
            raise BuiltinFailed("the template gives operands to what is no function")
        if first == Operand("constant", None):
            raise BuiltinFailed("the template has nil as a command")
        return self._operand(first)

    def _call(self, name: str, operands: Sequence[Operand], given: tuple[Value, ...]) -> Value:
        if name in {"and", "or"} and (operands or given):
            value: Value = None
            for value in (*map(self._operand, operands), *given):
                if true(value) == (name == "or"):
                    break
            return value
        function = FUNCTIONS.get(name)
        if function is None:
            raise BuiltinFailed("the template calls a function that is not supported")
        values = [*map(self._operand, operands), *given]
        try:
            inspect.signature(function).bind(*values)
        except TypeError:
            raise BuiltinFailed("the template gives a function too few operands, or too many") from None
        return function(*values)

    def _operand(self, operand: Operand) -> Value:
        match operand.kind:
            case "dot":
                value = self._dot
            case "variable":
                _, value = self._variables[self._place(operand.value)]
            case "constant":
                value = operand.value
            case "call":
                value = self._call(operand.value, (), ())
            case _:
                value = self._value(operand.value)
        for name in operand.fields:
            value = field(value, name)
        return value


def _rounds(value: Value) -> Sequence[tuple[Value, Value]]:
    match value:
        case bool() | str() | float():
            raise BuiltinFailed("the template has range over what has no members")
        case int():
            return [(number, number) for number in range(value)]
        case list():
            return list(enumerate(value))
        case dict():
            return sorted(value.items())
    return ()
