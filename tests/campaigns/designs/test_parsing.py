"""What contents may be: everything else is refused at its place, and nothing of it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.designs.parse import InvalidContents, empty, new_block, parse, parse_blocks
from tests.campaigns.designs.documents import any_designed, designed, letter

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("kind", ["letter", "designed", "html", "mjml"])
def test_an_empty_design_is_valid_and_complete(kind):
    assert parse(kind, {"en": empty(kind)}) == {"en": empty(kind)}


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"subject": 3}, "en.subject"),
        ({"subject": "x" * 301}, "en.subject"),
        ({"colour": "red"}, "en.colour"),
        ({"text": []}, "en.text"),
        (designed({"type": "script"}), "en.body.blocks[0].type"),
        (designed({"type": "text", "text": "x", "onclick": "y"}), "en.body.blocks[0].onclick"),
        (designed({"type": "heading", "align": "right"}), "en.body.blocks[0].align"),
        (designed({"type": "button", "url": "javascript:alert(1)"}), "en.body.blocks[0].url"),
        (designed({"type": "picture", "picture": "../../etc/passwd"}), "en.body.blocks[0].picture"),
        (designed({"type": "picture", "picture": "data:text/html,x"}), "en.body.blocks[0].picture"),
        (designed({"type": "question", "survey": "a b"}), "en.body.blocks[0].survey"),
        (designed({"type": "columns", "columns": [[]]}), "en.body.blocks[0].columns"),
        (
            designed({"type": "columns", "columns": [[{"id": "x", "type": "columns"}], []]}),
            "en.body.blocks[0].columns[0][0].type",
        ),
        (designed({"type": "text", "id": "b1"}, {"type": "text"}), "en.body.blocks[1].id"),
        (designed(*[{"type": "divider"}] * 101), "en.body.blocks"),
    ],
)
def test_what_is_not_understood_is_refused_at_its_place(content, path):
    with pytest.raises(InvalidContents) as refused:
        parse("designed", {"en": content})
    assert [problem.path for problem in refused.value.problems] == [path]


@pytest.mark.parametrize("contents", [None, {}, [], {"English": empty("letter")}, {"en": None}, {"en": []}])
def test_contents_need_languages(contents):
    with pytest.raises(InvalidContents):
        parse("letter", contents)


def test_line_breaks_and_characters_are_made_regular():
    [content] = parse("letter", {"en": letter(text="a\r\nb\x00\rc\ud800", subject="one\r\ntwo")}).values()
    assert content["body"]["text"] == "a\nb\nc"
    assert content["subject"] == "one two"


def test_a_source_keeps_every_character_that_can_be_kept():
    source = "<p>\r\n  as&nbsp;it\tis   </p>\n\n"
    [content] = parse("html", {"en": {"body": {"source": source}}}).values()
    assert content["body"]["source"] == source


@given(any_designed)
def test_what_was_parsed_is_parsed_to_the_same(content):
    once = parse("designed", {"en": content})
    assert parse("designed", once) == once


@given(json, st.sampled_from(["letter", "designed", "html", "mjml"]))
def test_whatever_comes_is_read_or_refused(given_, kind):
    for contents in (given_, {"en": given_}, {"en": {"body": given_}}, {"en": {"body": {"blocks": [given_]}}}):
        try:
            parse(kind, contents)
        except InvalidContents as refused:
            assert refused.problems


def test_saved_blocks_are_read_in_the_same_way():
    assert parse_blocks([{"id": "a", "type": "divider"}]) == [new_block("divider", "a")]
    with pytest.raises(InvalidContents):
        parse_blocks([{"id": "a", "type": "nothing"}])
