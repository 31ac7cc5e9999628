"""What the test runner loads, and what it refuses to load."""

import os
from pathlib import Path

import pytest

from tests.unit.suite_stage import outcomes, refusal, run, write

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("3.4.loading")
async def test_data_stand_where_their_folders_do_and_objects_of_several_files_unite(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "root.json": '{"top": 1, "shared": {"a": 1}}',
            "x/one.yaml": "b: 2\nday: 2020-01-01\nyes: no",
            "x/two.yml": "c: {d: 3}",
            "x/notes.txt": "not loaded",
            "more.yaml": "shared: {b: 2}",
            "d_test.rego": """package d_test
test_top if data.top == 1
test_folder if data.x == {"b": 2, "c": {"d": 3}, "day": "2020-01-01", "yes": "no"}
test_united if data.shared == {"a": 1, "b": 2}
test_parameters if data.parameters == {}
""",
        },
    )
    assert set(outcomes(await run(tmp_path)).values()) == {"pass"}
    alone = await run(tmp_path, paths=(tmp_path / "d_test.rego", tmp_path / "x" / "one.yaml"))
    assert outcomes(alone)["test_folder"] == "fail"


CLASH = "rename one of them, or move one file to a folder of its own"
HIDES = "rename the data: the engine would take them for what the rule says"
TWICE = "rename one: the engine would take both for one rule that holds where either does"


@pytest.mark.requirement("3.4.loading", "3.4.twice")
@pytest.mark.parametrize(
    ("files", "refused", "hint"),
    [
        (
            {"a.json": '{"k": {"x": 1}}', "b.yaml": "k: {x: 2}"},
            "b.yaml:0:0: data_clash: data.k.x is also defined in a.json",
            CLASH,
        ),
        (
            {"a.json": '{"k": 1}', "k/b.json": '{"x": 1}'},
            "k/b.json:0:0: data_clash: data.k is also defined in a.json",
            CLASH,
        ),
        (
            {"a.json": '{"p": {"x": true}}', "p.rego": "package p\nx if false"},
            "a.json:0:0: data_clash: data.p.x is a rule, too",
            HIDES,
        ),
        (
            {"p/q.yaml": "1: 2", "q.json": '{"p": {"q": 0}}', "p.rego": "package p.q\nr[x] if x := input"},
            "q.json:0:0: data_clash: data.p.q.r is a rule, too",
            HIDES,
        ),
        ({"a.json": "[1]"}, "a.json:0:0: data_not_object: the data are no object", "put them under a key"),
        (
            {"a.json": '{\n"a": }'},
            "a.json:2:0: data_syntax: it is not JSON: Expecting value",
            "correct the data",
        ),
        (
            {"a.yaml": "a: 1\na: 2"},
            "a.yaml:2:0: data_syntax: it is not YAML: the key a stands twice",
            "correct the data",
        ),
        (
            {"a.rego": "packag"},
            "a.rego:1:1: syntax: expecting `package` Missing package declaration.",
            "correct the Rego",
        ),
        (
            {"a_test.rego": "package a\n\ntest_x if http.send({})"},
            "a_test.rego:3:11: forbidden_builtin: http.send is forbidden",
            "a policy decides on its input alone",
        ),
        (
            {"a_test.rego": "package a\ntest_x if true\ntest_y if startwith(1, 2)"},
            "a_test.rego:3:11: unknown_function: there is no function startwith",
            "did you mean startswith?",
        ),
        (
            {"a.rego": "package a\nx if print(1)"},
            "a.rego:2:6: forbidden_builtin: print is forbidden",
            "only tests print; put what people should know into warn",
        ),
        (
            {"a_test.rego": "package a\ntest_x if true", "b_test.rego": "package a\n\ntest_x if false"},
            "b_test.rego:3:1: test_twice: test_x is already a test at a_test.rego:2",
            TWICE,
        ),
        (
            {"a_test.rego": "package a\ntest_x if true\ntest_x if false"},
            "a_test.rego:3:1: test_twice: test_x is already a test at a_test.rego:2",
            TWICE,
        ),
    ],
)
async def test_what_cannot_be_loaded_is_refused_with_its_place_and_the_way_out(
    tmp_path: Path, files: dict[str, str], refused: str, hint: str
) -> None:
    write(tmp_path, files)
    assert await refusal(tmp_path) == f"the files cannot be loaded\n{refused}; {hint}"


@pytest.mark.requirement("3.4.loading")
async def test_a_path_that_is_missing_unreadable_or_no_suite_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "x.rego").write_bytes(b"package x\n\n# \xff")
    (tmp_path / "odd").mkdir()
    os.mkfifo(tmp_path / "odd" / "pipe.rego")
    for name, why in (
        ("none", "none does not exist"),
        ("a.txt", "a.txt is neither Rego nor data"),
        ("odd", "odd/pipe.rego is no regular file"),
        ("bad", "bad/x.rego:3: the text is not UTF-8"),
    ):
        assert await refusal(tmp_path, paths=(tmp_path / name,)) == why
