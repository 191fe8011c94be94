"""Where people came from: the first time and the last, decided by when it happened."""

import json
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from crm.contacts.actions import erase, merge, undo_merge
from crm.contacts.actions.origins import Arrival, note_arrivals
from crm.contacts.models import Contact, Origin
from crm.contacts.origins import Came, bare, came, host_of, words
from crm.contacts.queries import origins_of, where_people_come_from
from crm.events import actions as events
from crm.events.models import Event
from engage import listen
from tests import cast
from tests.crm.matching import matching

HERE = "https://tea.example/green/"


def page(referrer: str = "", url: str = HERE, **context: object) -> dict:
    return {"page": {"referrer": referrer, "url": url}, **context}


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (page("https://www.google.co.uk/"), Came("search", "google", host="google.co.uk")),
        (
            page("https://uk.search.yahoo.com/x?p=ann%40post.example"),
            Came("search", "yahoo", host="uk.search.yahoo.com"),
        ),
        (page("https://l.instagram.com/?u=secret"), Came("social", "instagram", host="l.instagram.com")),
        (page("https://t.co/abc"), Came("social", "x", host="t.co")),
        (page("https://mail.google.com/mail/u/0"), Came("site", "mail.google.com", host="mail.google.com")),
        (
            page("https://ann:pw@Food-Blog.example:8443/teas#top"),
            Came("site", "food-blog.example", host="food-blog.example"),
        ),
        (page(url=f"{HERE}?utm_source=IG&utm_campaign=Spring"), Came("social", "instagram", "", "Spring")),
        (page(url=f"{HERE}?utm_source=window&utm_medium=qr"), Came("qr", "window", "qr")),
        (
            {"page": {"search": "?utm_source=letter&utm_medium=email&utm_campaign=may"}},
            Came("link", "letter", "email", "may"),
        ),
        (page(campaign={"source": "newsletter", "name": "Spring"}), Came("link", "newsletter", "", "Spring")),
        (
            page("https://food.example/", campaign={"source": "guide", "medium": "print"}),
            Came("link", "guide", "print", host="food.example"),
        ),
        (page(campaign={"source": "ann@post.example"}), None),
        (page(campaign={"source": 7, "name": ["x"]}), None),
        (page(), None),
        (page("https://tea.example/cart"), None),
        (page("https://www.tea.example/"), None),
        (page("https://blog.tea.example/"), None),
        (page("https://engage.example/s/welcome/"), None),
        (page("https://www.paypal.com/checkout"), None),
        (page("android-app://com.google"), None),
        (page("http://localhost:8000/"), None),
        ({"page": "x", "campaign": "y"}, None),
        ({}, None),
    ],
)
def test_an_origin_is_read_from_what_came_along(context: dict, expected: Came | None) -> None:
    assert came(context, own="engage.example") == expected


ANYTHING = st.text(max_size=40) | st.sampled_from(["https://www.", "?utm_source=", "https://a.example/?utm_source=%00"])


@given(st.fixed_dictionaries(dict.fromkeys(["referrer", "url", "search", "source", "name", "medium"], ANYTHING)))
def test_whatever_a_browser_claims_is_read_or_left(page: dict) -> None:
    found = came({"page": page, "campaign": page})
    assert found is None or (found.kind in Origin.Kind.values and "@" not in "".join(found))


@given(st.text())
def test_of_an_address_at_most_the_host_is_kept(text: str) -> None:
    host = host_of(f"https://{text}")
    assert not set(host) & set("/?#@: ") and bare(f"https://{text}") in ("", f"https://{host}/")


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (Came("social", "instagram", campaign="spring"), "Instagram (campaign spring)"),
        (Came("search", "duckduckgo"), "DuckDuckGo"),
        (Came("qr", "window", "qr", "may"), "a QR code (window, campaign may)"),
        (Came("qr", "", "qr"), "a QR code"),
        (Came("search"), "a search engine"),
        (Came("link", "letter", "email"), "letter (email)"),
        (Came("site", "food.example"), "food.example"),
        (Came("told", "A friend"), "their own word, “A friend”"),
        (Came("import", "list.csv"), "a file, list.csv"),
        (Came("staff"), "a colleague who added them"),
        (Came("api"), "the shop's server"),
    ],
)
def test_it_reads_as_words(origin: Came, expected: str) -> None:
    assert words(origin) == expected


INSTAGRAM, GOOGLE, BLOG = Came("social", "instagram"), Came("search", "google"), Came("site", "food.example")


def days(number: int) -> datetime:
    return cast.NOON + timedelta(days=number)


def arrive(person: Contact, number: int, origin: Came, recorded_for: Contact | None = None) -> None:
    note_arrivals([Arrival(person.pk, (recorded_for or person).pk, days(number), origin)])


def ends(person: Contact) -> tuple[str, str] | None:
    found = origins_of([person.pk]).get(person.pk)
    return (found.first.came.source, found.last.came.source) if found else None


@pytest.mark.django_db
def test_facts_in_any_order_and_in_any_company_give_the_same() -> None:
    facts = [(1, INSTAGRAM), (2, GOOGLE), (2, BLOG), (3, Came("told", "A friend"))]
    for number, order in enumerate(permutations(facts)):
        alone, together = cast.contact(f"Alone {number}"), cast.contact(f"Together {number}")
        for day, origin in order:
            arrive(alone, day, origin)
        note_arrivals(Arrival(together.pk, together.pk, days(day), origin) for day, origin in order)
        assert ends(alone) == ends(together) == ("instagram", "food.example")


@pytest.mark.django_db
def test_her_answer_is_the_first_if_nothing_was_before_and_the_last_only_if_there_is_nothing_else() -> None:
    alice = cast.alice()
    arrive(alice, 5, Came("told", "A friend"))
    assert ends(alice) == ("A friend", "A friend")
    arrive(alice, 4, GOOGLE)
    assert ends(alice) == ("google", "google")


@pytest.mark.django_db
def test_merged_people_share_their_origins_and_have_their_own_again_when_undone() -> None:
    alice, bob = cast.alice(), cast.bob()
    arrive(alice, 3, INSTAGRAM)
    arrive(bob, 1, GOOGLE)
    joined = merge(survivor=alice, absorbed=bob, by="Olga", at=days(4))
    assert ends(alice) == ("google", "instagram")
    arrive(alice, 9, BLOG, recorded_for=bob)
    assert ends(alice) == ("google", "food.example")

    undo_merge(joined, by="Olga", at=days(10))
    assert (ends(alice), ends(bob)) == (("instagram", "instagram"), ("google", "food.example"))

    erase(contact=bob, by="Olga", at=days(11))
    assert Origin.objects.get().contact == alice


FIRST_FROM_INSTAGRAM = {"did": "first_origin", "name": "instagram"}
LAST_FROM_SPRING = {"did": "last_origin", "where": [{"column": "campaign", "op": "is", "value": "spring"}]}
FIRST_SEARCHED = {"did": "first_origin", "where": [{"column": "kind", "op": "is", "value": "search"}]}


@pytest.mark.django_db
def test_groups_can_ask_for_the_first_and_the_last() -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    arrive(alice, 1, INSTAGRAM)
    arrive(alice, 2, Came("link", "letter", "email", "spring"))
    arrive(bob, 1, Came("link", "letter", "email", "spring"))
    arrive(bob, 2, INSTAGRAM)
    arrive(carol, 0, GOOGLE)
    assert matching(FIRST_FROM_INSTAGRAM, at=days(9)) == {"Alice"}
    assert matching(LAST_FROM_SPRING, at=days(9)) == {"Alice"}
    assert matching(FIRST_SEARCHED, at=days(9)) == {"Carol"}
    merge(survivor=alice, absorbed=carol, by="Olga", at=days(3))
    assert matching(FIRST_FROM_INSTAGRAM, at=days(9)) == set()
    assert matching(FIRST_SEARCHED, at=days(9)) == matching(LAST_FROM_SPRING, at=days(9)) == {"Alice"}


@pytest.mark.django_db
def test_the_chart_counts_each_person_once_by_their_first() -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    for person, day in ((alice, 2), (bob, 2), (carol, 1)):
        arrive(person, day, INSTAGRAM if person != carol else GOOGLE)
    arrive(bob, 3, GOOGLE)
    merge(survivor=alice, absorbed=carol, by="Olga", at=days(3))
    assert [tuple(share) for share in where_people_come_from(9)] == [
        ("search", "google", 1),
        ("social", "instagram", 1),
    ]


def say(number: int, referrer: str, *, at: int, source: str = "site", **said: object) -> None:
    call = {
        "type": "page",
        "anonymousId": "device",
        "messageId": f"m{number}",
        "timestamp": days(at).isoformat(),
        "context": page(referrer),
    }
    events.accept(source=source, call="batch", body=json.dumps({"batch": [call | said]}), events=1)
    listen.run()


@pytest.mark.django_db
def test_the_listening_belt_learns_it_and_keeps_only_the_host_of_the_page_before() -> None:
    say(1, "https://www.instagram.com/p/ann-lee/?igsh=secret", at=-3)
    say(2, "https://tea.example/", at=-2)
    say(3, "https://food.example/review?reader=ann", at=-4)
    visitor = Contact.objects.get()
    assert ends(visitor) == ("food.example", "instagram")
    assert {event.context["page"]["referrer"] for event in Event.objects.all()} == {
        "https://instagram.com/",
        "https://tea.example/",
        "https://food.example/",
    }


@pytest.mark.django_db
def test_a_visitor_who_turns_out_to_be_known_brings_their_origin_along() -> None:
    say(1, "https://www.instagram.com/", at=-3)
    say(2, "", at=-2, source="write", type="identify", userId="u1", traits={"email": "alice@shop.example"})
    known = Contact.objects.get(merged_into=None)
    assert ends(known) == ("instagram", "instagram")


@pytest.mark.django_db
def test_a_chunk_without_origins_pays_no_statement_and_one_with_many_pays_one() -> None:
    def statements(*referrers: str) -> int:
        calls = [
            {"type": "page", "anonymousId": f"d{number}", "context": page(referrer)}
            for number, referrer in enumerate(referrers)
        ]
        events.accept(source="site", call="batch", body=json.dumps({"batch": calls}), events=len(calls))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            listen.step()
        return len(asked)

    statements("", "", "", "")
    nothing = statements("", "", "", "")
    assert statements("https://food.example/", "", "", "") == nothing + 1
    assert statements(*[f"https://food-{number}.example/" for number in range(4)]) == nothing + 1
