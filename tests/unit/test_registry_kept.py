"""Kept answers on disk: whole or not at all, for whoever asked, within their bound, dropped when damaged."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.registry import kept
from engine.adapters.registry.kept import Answers, Head
from engine.core.limits import REGISTRY_INDEX_MAX_BYTES

URL: Final = "https://registry.example.org/a.json"
BODY: Final = b'{"a":\n 1}\n'


def _head(body: bytes = BODY, url: str = URL) -> Head:
    return Head(
        url=url,
        final=f"{url}?there",
        etag='"e"',
        last_modified="Mon, 12 Jan 1970 13:46:40 GMT",
        checked=1_000.5,
        max_age=60.0,
        sha256=hashlib.sha256(body).hexdigest(),
    )


@pytest.mark.requirement("5.1.kept")
@given(body=st.binary(max_size=200), url=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_what_is_kept_comes_back_whole(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, url: str
) -> None:
    folder = tmp_path_factory.mktemp("kept", numbered=True) / "registry"
    answers = Answers(folder)
    answers.keep(_head(body, url), body, "me")
    assert answers.find(url, "me") == (_head(body, url), body)
    assert (answers.find(url, "you"), answers.find(f"{url}x", "me")) == (None, None)


@pytest.mark.requirement("5.1.kept")
def test_kept_answers_are_private_and_leave_nothing_beside_them(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "registry")
    answers.keep(_head(), BODY, "")
    answers.keep(_head(b"2"), b"2", "")
    (file,) = (tmp_path / "registry").iterdir()
    assert ((tmp_path / "registry").stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    assert answers.find(URL, "") == (_head(b"2"), b"2")


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def _flip(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1] + b"x")


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _older(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"format":"1"', b'"format":"0"'))


def _other(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"a.json", b"b.json"))


def _huge(file: Path) -> None:
    os.truncate(file, REGISTRY_INDEX_MAX_BYTES + 100_000)


@pytest.mark.requirement("5.1.kept")
@pytest.mark.parametrize("damage", [_cut, _flip, _empty, _older, _other, _huge])
def test_a_damaged_answer_is_dropped(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    answers = Answers(tmp_path)
    answers.keep(_head(), BODY, "")
    (file,) = tmp_path.iterdir()
    damage(file)
    assert (answers.find(URL, ""), list(tmp_path.iterdir())) == (None, [])


@pytest.mark.requirement("5.1.kept")
def test_the_oldest_answers_make_room_for_new_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(tmp_path)
    urls = [f"{URL}?{number}" for number in range(6)]
    body = b"x" * 1_000
    monkeypatch.setattr(kept, "REGISTRY_KEPT_MAX_BYTES", 5_500)
    for age, url in enumerate(urls):
        before = set(tmp_path.iterdir())
        answers.keep(_head(body, url), body, "")
        (written,) = set(tmp_path.iterdir()) - before
        os.utime(written, (age, age))
    left = [url for url in urls if answers.find(url, "") is not None]
    assert left == urls[-4:]
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 5_500


@pytest.mark.requirement("5.1.kept")
def test_what_cannot_be_kept_is_not_and_nobody_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    answers = Answers(tmp_path / "file")
    answers.keep(_head(), BODY, "")
    assert answers.find(URL, "") is None
    nothing = Answers(None)
    nothing.keep(_head(), BODY, "")
    assert nothing.find(URL, "") is None
