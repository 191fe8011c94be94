"""Conversations are given in turn: fairly, to who is there, speaks the language and knows what it is about."""

from collections import Counter
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from crm.business.actions import close_account, update_business
from crm.business.models import User
from crm.contacts.models import Contact
from crm.dialogue.actions import assign, assign_team, close, hand_out, hand_to_next, reply, say, tag, want_person
from crm.dialogue.actions.desks import come_back, go_away, remove_team, save_team, set_desk
from crm.dialogue.actions.notices import wish_notices
from crm.dialogue.choosing import Candidate, choose
from crm.dialogue.models import Conversation, Handout, Notice
from tests import cast
from tests.cast import NOON

DAY = timedelta(days=1)
NOTHING = {"language": "en", "about": frozenset()}


def agents(*names: str) -> list[User]:
    found = [cast.colleague(name, User.Role.AGENT) for name in names]
    update_business(by="Olga", at=NOON, hands_out=True)
    return found


@pytest.fixture
def team(db) -> list[User]:
    return agents("Ada", "Ben", "Cleo")


def writes(n: int = 0, **more: str) -> Conversation:
    person = cast.contact(f"P{n} Lane", **more)
    return say(contact=person, text="Hello?", channel="site", at=NOON).conversation


def knows(colleague: User, *skills: str, languages: tuple[str, ...] = ()) -> None:
    set_desk(colleague, takes_turns=True, languages=languages, skills=skills)


def hands() -> list[str]:
    found = Conversation.objects.order_by("pk").values_list("assignee__name", flat=True)
    return [name or "nobody" for name in found]


def next_of(talk: Conversation, at=NOON) -> str:
    return str(hand_to_next(conversation=talk, by=None, at=at) or "nobody")


def test_new_conversations_go_round(team):
    for n in range(7):
        writes(n)
    assert hand_out(at=NOON) == 7
    assert hands() == ["Ada", "Ben", "Cleo", "Ada", "Ben", "Cleo", "Ada"]
    assert (hand_out(at=NOON), Handout.objects.count()) == (0, 0)


def test_it_costs_the_same_to_find_nobody_for_many(team, django_assert_max_num_queries):
    for colleague in team:
        go_away(colleague, back=None, at=NOON)
    for n in range(20):
        writes(n)
    with django_assert_max_num_queries(40):
        hand_out(at=NOON)
    assert set(hands()) == {"nobody"} and not Handout.objects.exists()


def test_before_the_third_agent_and_unless_the_owner_wishes_it_nobody_is_given_anything(team):
    update_business(by="Olga", at=NOON, hands_out=False)
    writes(1)
    update_business(by="Olga", at=NOON, hands_out=True)
    cast.olga()
    close_account(team[2], by="Olga", at=NOON)
    writes(2)
    hand_out(at=NOON)
    assert hands() == ["nobody", "nobody"] and not Handout.objects.exists()


def test_what_somebody_has_in_hand_or_answered_or_is_done_is_given_to_nobody(team):
    taken, answered, done = writes(1), writes(2), writes(3)
    assign(conversation=taken, to=team[2], by=team[2], at=NOON)
    reply(conversation=answered, text="Hi", by=team[1], at=NOON, seen=answered.messages.get().pk)
    close(conversation=done, by=team[0], at=NOON)
    hand_out(at=NOON)
    assert hands() == ["Cleo", "Ben", "nobody"]
    say(contact=taken.contact, text="Hello?", channel="site", at=NOON)
    assert not Handout.objects.exists()


def test_who_asks_for_a_person_is_given_one(team):
    talk = writes(1)
    hand_out(at=NOON)
    assign(conversation=talk, to=None, by=team[0], at=NOON)
    close(conversation=talk, by=team[0], at=NOON)
    want_person(conversation=talk, at=NOON)
    hand_out(at=NOON)
    assert hands() == ["Ben"]


def test_who_is_away_has_left_or_does_not_take_turns_is_passed_over(team):
    dora = agents("Dora")[0]
    cast.olga()
    go_away(team[0], back=None, at=NOON)
    close_account(team[1], by="Olga", at=NOON)
    set_desk(team[2], takes_turns=False, languages=[], skills=[])
    assert [next_of(writes(n)) for n in range(2)] == ["Dora", "Dora"]
    go_away(dora, back=None, at=NOON)
    assert next_of(writes(3)) == "nobody"
    come_back(team[0])
    assert next_of(writes(4)) == "Ada"


def test_away_until_a_day_they_are_back_on_it_by_themselves(team):
    for one in team[1:]:
        go_away(one, back=None, at=NOON)
    go_away(team[0], back=date(2026, 5, 6), at=NOON)
    assert (next_of(writes(1), NOON + DAY), next_of(writes(2), NOON + 2 * DAY)) == ("nobody", "Ada")


def test_owners_and_marketers_are_given_nothing_unless_they_wish(team):
    olga = cast.olga()
    assert "Olga" not in [next_of(writes(n)) for n in range(4)]
    knows(olga)
    assert "Olga" in [next_of(writes(n)) for n in range(4, 8)]


def test_who_speaks_the_language_comes_first_and_without_one_anybody(team):
    knows(team[2], languages=("es",))
    assert [next_of(writes(n, language="es-AR")) for n in range(2)] == ["Cleo", "Cleo"]
    assert next_of(writes(3, language="de")) == "Ada"
    go_away(team[2], back=None, at=NOON)
    assert next_of(writes(4, language="es")) == "Ben"


def test_who_knows_most_of_its_tags_comes_first(team):
    knows(team[1], "Wholesale")
    knows(team[2], "wholesale", "returns")
    plain, wholesale, both = writes(1), writes(2), writes(3)
    for talk, words in ((wholesale, ["Wholesale"]), (both, ["wholesale", "Returns"])):
        for word in words:
            tag(conversation=talk, name=word, by=team[0], at=NOON)
    assert (next_of(both), next_of(wholesale), next_of(plain)) == ("Cleo", "Ben", "Ada")


def test_of_a_team_only_its_members_are_given_it(team):
    shipping = save_team(None, name="Shipping", members=team[1:], by="Olga", at=NOON)
    talk = writes(1)
    assign(conversation=talk, to=team[0], by=team[0], at=NOON)
    assign_team(conversation=talk, team=shipping, by=team[0], at=NOON)
    assert hands() == ["nobody"]
    assert [next_of(talk) for _n in range(3)] == ["Ben", "Cleo", "Ben"]
    assign_team(conversation=talk, team=None, by=team[0], at=NOON)
    assert (hands(), Conversation.objects.get().team) == (["Ben"], None)


def test_a_team_that_is_removed_leaves_its_conversations_where_they_are(team):
    shipping = save_team(None, name="Shipping", members=team, by="Olga", at=NOON)
    assign_team(conversation=writes(1), team=shipping, by=team[0], at=NOON)
    remove_team(shipping, by="Olga", at=NOON)
    assert Conversation.objects.get().team is None


def test_whoever_is_given_it_hears_by_mail_if_they_wish(team):
    wish_notices(by=team[0], wanted=True, at=NOON)
    writes(1), writes(2)
    hand_out(at=NOON)
    assert [notice.colleague for notice in Notice.objects.all()] == [team[0]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["by themselves", "by hand"])
def test_two_who_give_at_once_give_fairly_and_nothing_twice(way):
    agents("Ada", "Ben", "Cleo", "Dora")
    talks = [writes(n) for n in range(24)]
    start, given = Barrier(2), list[str]()

    def give(mine: list[Conversation]) -> None:
        start.wait()
        if way == "by hand":
            given.extend(next_of(talk) for talk in mine)
        else:
            while hand_out(at=NOON):
                pass
        connection.close()

    threads = [Thread(target=give, args=[talks[n::2]]) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while hand_out(at=NOON):
        pass
    assert Counter(hands()) == {"Ada": 6, "Ben": 6, "Cleo": 6, "Dora": 6}
    assert not Handout.objects.exists()


# Whoever is there.

WORDS = st.frozensets(st.sampled_from(["returns", "wholesale", "repair"]))
TONGUES = st.frozensets(st.sampled_from(["en", "es", "zh"]))
PEOPLE = st.lists(
    st.builds(Candidate, st.integers(1, 9), st.integers(0, 99), TONGUES, WORDS), unique_by=lambda c: c.colleague
)


@given(PEOPLE, st.sampled_from(["en", "es", "fr"]), WORDS)
def test_nobody_better_is_passed_over(people, language, about):
    chosen = choose(people, language=language, about=about)
    assert (chosen is None) == (not people)
    for other in people:
        speaks = (language in chosen.languages, language in other.languages)
        assert speaks != (False, True)
        if speaks[0] == speaks[1]:
            mine, theirs = len(chosen.skills & about), len(other.skills & about)
            assert (mine, -chosen.turn) >= (theirs, -other.turn)


@given(st.integers(1, 9), st.integers(0, 60))
def test_among_equals_nobody_gets_two_more_than_another(count, given):
    pool = {n: Candidate(n, 0) for n in range(count)}
    got = Counter(dict.fromkeys(pool, 0))
    for turn in range(1, given + 1):
        chosen = choose(list(pool.values()), **NOTHING)
        pool[chosen.colleague] = Candidate(chosen.colleague, turn)
        got[chosen.colleague] += 1
    assert max(got.values()) - min(got.values()) <= 1


def test_somebody_erased_meanwhile_is_no_trouble(team, alice: Contact):
    Handout.objects.create(conversation=987654321)
    assert (hand_out(at=NOON), Handout.objects.count()) == (1, 0)
