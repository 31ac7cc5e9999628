"""Reads templates as Go's `text/template` has them into a tree. It fills none in.

`define`, `template` and `block` are left out: a template with one of them is refused.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from engine.adapters.rego.builtins.operands import BuiltinFailed
from engine.adapters.rego.builtins.template_constants import WORDS, constant

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<raw>`[^`]*`)|(?P<character>'(?:[^'\\\n]|\\.[^'\n]*)')"""
    r"|(?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+))"
    r"|(?P<field>\.[^\W\d]\w*)|(?P<variable>\$\w*)|(?P<dot>\.)|(?P<name>[^\W\d]\w*)|(?P<sign>:=|[=|(),])"
)
_OPEN: Final = re.compile(r"\{\{(?:-(?=\s))?")
_COMMENT: Final = re.compile(r"\s*/\*.*?\*/(?:\s+-)?\}\}", re.DOTALL)
_CLOSE: Final = re.compile(r"(?:\s+-|\s*)\}\}")
_VARIABLE: Final = re.compile(r"\$\w+")
_BLOCKS: Final = frozenset({"if", "with", "range"})
_LEFT_OUT: Final = frozenset({"define", "template", "block"})


class Text(NamedTuple):
    """What stands outside of actions."""

    text: str


class Jump(NamedTuple):
    """The end of a loop, or of one round of it: `break` or `continue`."""

    word: str


class Operand(NamedTuple):
    """A dot, variable, constant, call or pipeline in brackets; then the fields to take of its value."""

    kind: str
    value: Any
    fields: tuple[str, ...] = ()


class Pipeline(NamedTuple):
    """Commands, each given the value of the one before, and the variables that the last value is given."""

    variables: tuple[str, ...]
    declares: bool
    commands: tuple[tuple[Operand, ...], ...]


class Block(NamedTuple):
    """`if`, `with` or `range`, with what it does else."""

    word: str
    pipeline: Pipeline
    body: "tuple[Node, ...]"
    otherwise: "tuple[Node, ...]"


Node: TypeAlias = Text | Jump | Pipeline | Block


class _Token(NamedTuple):
    kind: str
    text: str
    glued: bool


_Action: TypeAlias = list[_Token]


def parsed(template: str) -> tuple[Node, ...]:
    """Return the nodes of a template.

    Raises:
        BuiltinFailed: it is none, or holds what is left out.
    """
    nodes, end = _nodes(_pieces(template))
    if end:
        raise _unexpected()
    return nodes


def _pieces(template: str) -> Iterator[str | _Action]:
    """Yield the text between actions, trimmed where they ask for it, and the tokens of each action."""
    at, trim = 0, False
    while found := _OPEN.search(template, at):
        before = template[at : found.start()]
        before = before.lstrip() if trim else before
        yield before.rstrip() if found.group().endswith("-") else before
        tokens: _Action = []
        end = _COMMENT.match(template, found.end())
        if end is None:
            tokens, end = _action(template, found.end())
            yield tokens
        at, trim = end.end(), end.group().endswith("-}}")
    yield template[at:].lstrip() if trim else template[at:]


def _action(template: str, at: int) -> tuple[_Action, re.Match[str]]:
    tokens: _Action = []
    glued = False
    while not (end := _CLOSE.match(template, at)):
        token = _TOKEN.match(template, at)
        if token is None:
            raise BuiltinFailed(f"the template is wrong at its character {at + 1}")
        kind = str(token.lastgroup)
        if kind != "space":
            tokens.append(_Token(kind, token.group(), glued))
        glued = kind != "space"
        at = token.end()
    if not tokens:
        raise BuiltinFailed("the template holds an empty action")
    return tokens, end


def _nodes(pieces: Iterator[str | _Action]) -> tuple[tuple[Node, ...], _Action]:
    """Return the nodes up to an `else`, an `end` or the end, and the action that ends them."""
    nodes: list[Node] = []
    for piece in pieces:
        if isinstance(piece, str):
            nodes.append(Text(piece))
            continue
        word = piece[0].text
        if word in {"else", "end"}:
            return tuple(nodes), piece
        if word in _BLOCKS:
            nodes.append(_block(piece, pieces))
        elif word in _LEFT_OUT:
            raise BuiltinFailed("the template uses define, template or block; they are not supported")
        elif word in {"break", "continue"} and len(piece) == 1:
            nodes.append(Jump(word))
        else:
            nodes.append(_pipeline(piece, variables=1))
    return tuple(nodes), []


def _block(opening: _Action, pieces: Iterator[str | _Action]) -> Block:
    word = opening[0].text
    pipeline = _pipeline(opening[1:], variables=2 if word == "range" else 1)
    body, end = _nodes(pieces)
    otherwise: tuple[Node, ...] = ()
    if [token.text for token in end] == ["else"]:
        otherwise, end = _nodes(pieces)
    elif len(end) > 1 and end[0].text == "else" and end[1].text == word != "range":
        # Both end with the same `end`.
        return Block(word, pipeline, body, (_block(end[1:], pieces),))
    if [token.text for token in end] != ["end"]:
        raise BuiltinFailed(f"the template does not end {word}")
    return Block(word, pipeline, body, otherwise)


def _pipeline(tokens: Sequence[_Token], *, variables: int) -> Pipeline:
    """Return the pipeline of an action that may give its value to so many variables."""
    texts = [token.text for token in tokens]
    names: tuple[str, ...] = ()
    sign = next((text for text in texts if text in {":=", "="}), "")
    if sign:
        names = tuple(texts[: texts.index(sign) : 2])
        commas = texts[1 : texts.index(sign) : 2]
        if len(names) > variables or set(commas) - {","} or not all(map(_VARIABLE.fullmatch, names)):
            raise _unexpected()
    reader = _Operands(tokens[len(names) * 2 :])
    commands = [reader.command()]
    while reader.takes("|"):
        commands.append(reader.command())
    reader.finish()
    return Pipeline(names, sign == ":=", tuple(commands))


class _Operands:
    """Reads the commands of one action from its tokens."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def command(self) -> tuple[Operand, ...]:
        operands: list[Operand] = []
        while self._at < len(self._tokens) and self._tokens[self._at].text not in {"|", ")"}:
            operands.append(self._operand())
        if not operands:
            raise BuiltinFailed("the template holds a command without a value")
        return tuple(operands)

    def takes(self, sign: str) -> bool:
        taken = self._at < len(self._tokens) and self._tokens[self._at].text == sign
        self._at += taken
        return taken

    def finish(self) -> None:
        if self._at < len(self._tokens):
            raise _unexpected()

    def _operand(self) -> Operand:
        token = self._tokens[self._at]
        self._at += 1
        match token.kind:
            case "field":
                operand = Operand("dot", None, (token.text[1:],))
            case "dot":
                operand = Operand("dot", None)
            case "variable":
                operand = Operand("variable", token.text)
            case "name" if token.text not in WORDS:
                operand = Operand("call", token.text)
            case "sign" if token.text == "(":
                operand = Operand("pipeline", self._nested())
            case "sign":
                raise _unexpected()
            case _:
                operand = Operand("constant", constant(token.kind, token.text))
        while self._at < len(self._tokens) and self._tokens[self._at].glued:
            following = self._tokens[self._at]
            if following.kind != "field" or operand.kind in {"constant", "call"}:
                break
            operand = operand._replace(fields=(*operand.fields, following.text[1:]))
            self._at += 1
        return operand

    def _nested(self) -> Pipeline:
        commands = [self.command()]
        while self.takes("|"):
            commands.append(self.command())
        if not self.takes(")"):
            raise BuiltinFailed("the template does not close a bracket")
        return Pipeline((), False, tuple(commands))  # noqa: FBT003 - it declares nothing


def _unexpected() -> BuiltinFailed:
    return BuiltinFailed("the template has a word or a sign where none may be")
