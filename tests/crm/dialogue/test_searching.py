"""What was said is found by any of its words, by whom, when, where it stands and by which way."""

from datetime import timedelta

import pytest

from crm.dialogue.actions import close, note, say
from crm.dialogue.searching import Search, find, marked
from tests.cast import NOON

DAY = timedelta(days=1)


@pytest.fixture
def talks(alice, bob, ada):
    first = say(contact=alice, text="It arrived stale, I was grinding it today.", channel="email", at=NOON)
    second = say(
        contact=bob, text="我要燕麦奶, please. Write to bob.stone@work.example", channel="site", at=NOON + 40 * DAY
    )
    note(conversation=first.conversation, text="A regular; ask for the batch.", by=ada, at=NOON)
    return first.conversation, second.conversation


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("stale", [0]),
        ("STALE,", [0]),
        ("sta", [0]),
        ("tale", []),
        ("arrived today", [0]),
        ("arrived tomorrow", []),
        ("grinds", [0]),
        ("grind", [0]),
        ("燕麦", [1]),
        ("麦奶", [1]),
        ("奶麦", []),
        ("bob.stone@work.example", [1]),
        ("batch", [0]),
        ("'", []),
        ("!!! & | \\ ':*", []),
        ("\x00", []),
        ("it's", [0]),
        ("", []),
    ],
)
def test_words_are_found_by_their_beginning_their_stem_and_their_signs(talks, words, expected):
    found = find(Search(words=words), language="en").hits
    assert [hit.conversation for hit in found] == [talks[n] for n in expected]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"channel": "email"}, [0]),
        ({"channel": "site"}, []),
        ({"state": "needs_answer"}, [0]),
        ({"state": "done"}, []),
        ({"since": NOON, "until": NOON + DAY}, [0]),
        ({"since": NOON + DAY}, []),
        ({"until": NOON}, []),
        ({"since": NOON - 4000 * DAY}, [0]),
        ({"people": []}, []),
    ],
)
def test_it_is_narrowed_by_way_state_and_days(talks, narrowed, expected):
    found = find(Search(words="stale", **narrowed), language="en").hits
    assert [hit.conversation for hit in found] == [talks[n] for n in expected]


def test_it_is_narrowed_by_person_with_words_or_without(talks, alice, bob):
    assert [hit.conversation for hit in find(Search(words="stale", people=[bob.pk])).hits] == []
    assert [hit.conversation for hit in find(Search(words="stale", people=[alice.pk])).hits] == [talks[0]]
    assert [hit.conversation for hit in find(Search(people=[bob.pk])).hits] == [talks[1]]


def test_each_conversation_stands_once_with_its_latest_line_and_older_ones_follow(alice, bob, ada):
    for number in range(250):
        say(contact=alice, text=f"oat {number}", channel="site", at=NOON)
    say(contact=bob, text="oat of Bob", channel="site", at=NOON)
    first = find(Search(words="oat"))
    assert [hit.line.text for hit in first.hits] == ["oat of Bob", "oat 249"]
    assert first.before and not first.partial
    again = find(Search(words="oat"), before=first.before)
    assert [hit.line.text for hit in again.hits] == ["oat 50"] and not again.before


def test_a_done_conversation_is_found_too(talks, ada):
    close(conversation=talks[0], by=ada, at=NOON)
    assert find(Search(words="stale", state="done")).hits


def test_words_of_a_million_letters_are_kept_and_found_by_their_beginning(alice):
    text = "begins " + " ".join(f"word{number}" for number in range(120_000)) + " ends"
    said = say(contact=alice, text=text, channel="email", at=NOON)
    assert [hit.line for hit in find(Search(words="begins")).hits] == [said]


@pytest.mark.parametrize(
    ("text", "terms", "expected"),
    [
        ("It was stale.", [["stale"]], ["stale"]),
        ("Staleness <b>stale</b>", [["stale"]], ["Stale", "stale"]),
        ("pestale", [["stale"]], []),
        ("我要燕麦奶", [["燕麦"]], ["燕麦"]),
        ("a+b (c)", [["(c"]], ["(c"]),
        ("x " * 500 + "needle" + " y" * 500, [["needle"]], ["needle"]),
    ],
)
def test_the_words_are_marked_where_they_stand(text, terms, expected):
    pieces = marked(text, terms)
    assert [piece for piece, mark in pieces if mark] == expected
    assert len("".join(piece for piece, _mark in pieces)) < 300
