"""What people type becomes a full-text query: every word a beginning, in any order, and nothing typed is syntax."""

from __future__ import annotations

import sqlite3

import pytest

from app.workspace.queries.search import MOST_WORDS, match_of


@pytest.mark.parametrize(
    ("typed", "match"),
    [
        ("stent", '"stent"*'),
        ("  coronary   st ", '"coronary"* "st"*'),
        ("BK-R93R", '"BK-R93R"*'),
        ('5" screw', '"5"""* "screw"*'),
        ("NEAR( AND OR", '"NEAR("* "AND"* "OR"*'),
        ("- / ()", None),
        ("", None),
        ("   ", None),
    ],
)
def test_every_word_is_the_beginning_of_a_word(typed: str, match: str | None) -> None:
    assert match_of(typed) == match


def test_a_pasted_page_is_cut_to_its_first_words() -> None:
    assert (match_of("word " * 500) or "").count('"word"*') == MOST_WORDS


@pytest.mark.parametrize(
    "typed", ['"', 'a"b', "a*b", "^a", "a:b", "{a}", "NOT a", "a\0b", "é", "名前", "a-", "-a", "(("]
)
def test_nothing_typed_is_an_error(typed: str) -> None:
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE found USING fts5(name)")
    index.execute("INSERT INTO found VALUES ('a b')")
    match = match_of(typed)

    asked = "SELECT * FROM found WHERE found MATCH ?"
    found = index.execute(asked, (match,)).fetchall() if match is not None else []

    assert found in ([], [("a b",)])
    index.close()
