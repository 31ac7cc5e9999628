"""Sentences and commands that say which arguments exclude each other, and what an import id looks like."""

import pytest

from engine.core.providers.hints import import_example, import_sentence, rules_in


def test_a_sentence_that_names_nobody_else_is_no_rule() -> None:
    assert list(rules_in("Conflicts with what is said elsewhere.", "a")) == []
    assert import_sentence("Nothing. There is nothing.") == ""
    found = list(rules_in("One of `b` or `c` must be given; `d` is mutually exclusive with `e`."))
    assert [(rule.kind.value, rule.names) for rule in found] == [
        ("exactly_one_of", ("b", "c")),
        ("conflicts", ("d", "e")),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("terraform import a_b.c i-1", "i-1"),
        ("$ tofu import -var x=y 'a_b.c[0]' 'i 1'", "i 1"),
        ('import {\n  to = a_b.c\n  id = "i\\"1"\n}', 'i\\"1'),
        ("import {\n  to = a_b.c\n}\n", ""),
        ("nothing of the kind", ""),
    ],
)
def test_the_id_is_found_in_commands_and_in_blocks(code: str, expected: str) -> None:
    assert import_example(code) == expected
