"""Links that are passed on: who came by them and what they brought is counted, and nobody is known by them."""

import pytest
from django.conf import settings
from django.test import Client

from campaigns.contests import deciding, ending
from campaigns.contests.models import Share
from campaigns.contests.sharing import counting, links, queries
from campaigns.proving.links import sign_voter
from campaigns.surveys.embeds.counting import fold
from campaigns.surveys.embeds.queries import came
from campaigns.surveys.results.results import ways
from crm.contacts.actions import Owner, erase, merge
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import proved, said, token, unhurried
from tests.campaigns.board.test_voting_at_once import at_once
from tests.campaigns.contests.contesting import entered, link_of, opened, path, proof_link, send
from tests.campaigns.contests.ended import filed
from tests.campaigns.surveys.pages import hidden

pytestmark = pytest.mark.django_db
MACHINES = ["", "WhatsApp/2.23", "facebookexternalhit/1.1", "TelegramBot (like TwitterBot)", "curl/8.0", "Mozilla/5.0"]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def share(contest, entry=None, person=None) -> Share:
    owner = Owner(person.pk, person.pk) if person else None
    return links.share_of(contest, entry, owner, at=clock.now())


def go(one: Share, client: Client | None = None, **headers: str):
    given = {"HTTP_USER_AGENT": BROWSER, **headers}
    return (client or Client()).get(f"/contest/go/{one.code}/", **given)


def counts(one: Share) -> tuple[int, int, int, int]:
    one.refresh_from_db()
    return one.shares, one.visits, one.entries, one.votes


def test_it_leads_to_the_entry_while_that_is_shown_and_else_to_the_contest():
    contest = opened()
    entry = filed(contest, cast.alice())
    own, page = share(contest, entry, entry.contact), share(contest)
    assert go(own).url == f"{path(contest)}entry/{entry.uid}/?o=pass-{own.code}"
    assert go(page).url == f"{path(contest)}?o=pass-{page.code}"
    deciding.decide(contest=contest, entries=[entry.uid], standing="refused", by="Max", at=clock.now())
    assert go(own).url.startswith(f"{path(contest)}?o=")
    assert not go(own).cookies and "no-store" in go(own)["Cache-Control"]


def test_there_is_one_for_each_person_and_entry_and_its_code_says_nothing():
    contest, alice, bob = opened(), cast.alice(), cast.bob()
    entry = filed(contest, alice)
    assert share(contest, entry, alice) == share(contest, entry, alice)
    codes = {share(contest, entry, alice).code, share(contest, entry, bob).code, share(contest, entry).code}
    assert len(codes) == 3 and all(len(code) == 10 and set(code) <= set(links.ALPHABET) for code in codes)


@pytest.mark.parametrize(
    "code",
    ["aaaaaaaaaa", "AAAAAAAAAA", "a" * 500, "%00aaaaaaaaa", "..%2f..%2fetc", "aaaaaaaaa%0a", "'or'1'='1", "<script>"],
)
def test_other_codes_lead_nowhere(code):
    assert Client().get(f"/contest/go/{code}/").status_code == 404
    assert Client().post(f"/contest/go/{code}/passed/").status_code == 404


def test_a_visitor_counts_once_a_day_and_machines_never():
    one = share(opened())
    go(one), go(one)
    go(one, REMOTE_ADDR="198.51.100.7")
    assert counts(one) == (0, 2, 0, 0)
    for agent in (
        "",
        "WhatsApp/2.23",
        "facebookexternalhit/1.1",
        "TelegramBot (like TwitterBot)",
        "curl/8.0",
        "Mozilla/5.0",
    ):
        go(one, HTTP_USER_AGENT=agent, REMOTE_ADDR="198.51.100.8")
    Client().head(f"/contest/go/{one.code}/", HTTP_USER_AGENT=BROWSER, REMOTE_ADDR="198.51.100.9")
    go(one, HTTP_SEC_PURPOSE="prefetch;prerender", REMOTE_ADDR="198.51.100.9")
    assert counts(one) == (0, 2, 0, 0)


def test_one_network_counts_so_often_a_day(monkeypatch):
    monkeypatch.setattr(counting, "FROM_ONE_NETWORK", 3)
    one = share(opened())
    for n in range(6):
        go(one, HTTP_USER_AGENT=f"{BROWSER} {n}")
    assert counts(one) == (0, 3, 0, 0)


def test_after_the_end_it_leads_there_and_counts_no_more():
    contest = opened(by="votes")
    one = share(contest)
    ending.end(contest=contest, by="Olga", at=clock.now())
    assert go(one).status_code == 302 and counts(one) == (0, 0, 0, 0)


def test_a_press_counts_some_times_and_from_our_pages_only(monkeypatch):
    monkeypatch.setattr(counting, "PRESSES", 2)
    one = share(opened())
    url = f"/contest/go/{one.code}/passed/"
    assert Client().get(url).status_code == 405
    assert Client().post(url, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert {Client().post(url).status_code for _n in range(4)} == {204}
    assert counts(one) == (2, 0, 0, 0)


def test_what_is_entered_by_it_counts_once_it_is_proved_and_ones_own_never(client):
    contest = opened()
    alice = cast.alice()
    own = share(contest, entered(contest, alice), alice)
    page = said(client.get(go(own).url, follow=True))
    assert f"/s/{contest.survey.key}/?o=pass-{own.code}" in said(client.get(f"{path(contest)}?o=pass-{own.code}"))
    assert f"o=pass-{own.code}" in page
    send(client, contest, url=f"/s/{contest.survey.key}/?o=pass-{own.code}", email="dora@shop.example")
    assert counts(own) == (0, 1, 0, 0)
    client.post(proof_link()), client.post(proof_link())
    assert counts(own) == (0, 1, 1, 0)
    bob = cast.bob()
    own = share(contest, None, bob)
    send(client, contest, url=f"{link_of(contest, bob)}&o=pass-{own.code}")
    assert counts(own)[2] == 0


def test_what_came_is_nobodys_own_also_after_a_merge():
    contest, alice, bob = opened(), cast.alice(), cast.bob()
    one = share(contest, None, alice)
    merge(survivor=bob, absorbed=alice, by="Ada", at=clock.now())
    counting.brought_vote(contest.pk, f"pass-{one.code}", bob.pk)
    assert counts(one) == (0, 0, 0, 0)
    counting.brought_vote(contest.pk, f"pass-{one.code}", cast.carol().pk)
    assert counts(one) == (0, 0, 0, 1)
    assert share(contest, None, bob) == one


def test_a_code_of_another_contest_brings_nothing():
    one, other = share(opened()), opened(title="Another")
    for origin in (f"pass-{one.code}", "pass-", "link", "", "pass-zzzzzzzzzz"):
        counting.brought_entry(other.pk, origin, cast.contact("Guest").pk)
    assert counts(one) == (0, 0, 0, 0)


def test_the_link_goes_with_whoever_is_erased_and_the_pages_stays():
    contest, alice = opened(), cast.alice()
    entry = filed(contest, alice)
    mine, others, page = share(contest, entry, alice), share(contest, entry, cast.bob()), share(contest)
    erase(contact=alice, by="Olga", at=clock.now())
    assert list(Share.objects.all()) == [page]
    assert go(mine).status_code == go(others).status_code == 404


def test_others_are_shown_the_link_of_the_page_and_no_numbers(client):
    contest, alice = opened(), cast.alice()
    entry = entered(contest, alice)
    own = share(contest, entry, alice)
    go(own)
    url = f"{path(contest)}entry/{entry.uid}/"
    page = said(client.get(url))
    assert share(contest, entry).code in page and own.code not in page and "came by your link" not in page
    assert (
        f"{settings.PUBLIC_URL}/contest/go/" in page and "https://wa.me/?text=" in page and "mailto:?subject=" in page
    )
    assert not client.cookies


@pytest.mark.django_db(transaction=True)
def test_a_hundred_who_come_and_press_at_once_are_all_counted(monkeypatch):
    monkeypatch.setattr(counting, "PRESSES", 1000)
    contest = opened()
    one = share(contest)

    def come(n: int) -> int:
        return go(one, REMOTE_ADDR=f"198.51.{n}.7").status_code

    def press() -> int:
        return Client().post(f"/contest/go/{one.code}/passed/").status_code

    assert set(at_once([*(lambda n=n: come(n) for n in range(100)), *[press] * 60])) == {302, 204}
    assert counts(one) == (60, 100, 0, 0)
    assert list(queries.shares(contest)) == [one]
    made = at_once([lambda: share(contest, None, None).pk] * 20)
    assert len(set(made)) == 1 and Share.objects.count() == 1


def test_a_vote_by_it_counts_once_it_is_proved_and_not_when_it_moves(client):
    contest = opened(by="votes")
    entry, other = entered(contest, cast.alice()), entered(contest, cast.bob())
    own = share(contest, entry, entry.contact)
    page = said(client.get(go(own).url))
    assert f'name="o" value="pass-{own.code}"' in page
    for one in (entry, other):
        url = f"{path(contest)}vote/{one.uid}/"
        client.post(url, unhurried(email="dora@shop.example", o=f"pass-{own.code}"))
        assert counts(own)[3] == (0 if one == entry else 1)
        proved(client), proved(client)
    assert counts(own) == (0, 1, 0, 1)
    for person, brought in ((cast.carol(), 2), (entry.contact, 2)):
        given = {"t": token(person), "o": f"pass-{own.code}"}
        client.post(f"{path(contest)}vote/{entry.uid}/", given), client.post(f"{path(contest)}vote/{other.uid}/", given)
        assert counts(own)[3] == brought


def test_whoever_compares_by_it_counts_once(client):
    contest = opened(by="pairs")
    entered(contest, cast.alice()), entered(contest, cast.bob())
    one = share(contest)
    client.post(f"{path(contest)}pairs/", unhurried(email="dora@shop.example", o=f"pass-{one.code}"))
    asked = proved(client)
    assert "Which is better?" in said(asked) and counts(one)[3] == 0
    proof = {name: hidden(said(asked), name) for name in ("t", "o", "pair")}
    client.post(f"{path(contest)}pairs/", {**proof, "choice": "neither"})
    assert counts(one)[3] == 1
    t = token(cast.carol())
    page = said(client.get(f"{path(contest)}pairs/", {"t": t, "o": f"pass-{one.code}"}))
    pair = page.partition('name="pair" value="')[2].partition('"')[0]
    given = {"t": t, "o": f"pass-{one.code}", "pair": pair, "choice": "left"}
    client.post(f"{path(contest)}pairs/", given), client.post(f"{path(contest)}pairs/", given)
    assert counts(one)[3] == 2


def test_whoever_voted_has_a_link_of_their_own_and_sees_what_came_only_where_they_are_proved(client):
    contest = opened(by="votes")
    entry, bob = entered(contest, cast.alice()), cast.bob()
    url, t = f"{path(contest)}entry/{entry.uid}/", token(bob)
    client.post(f"{path(contest)}vote/{entry.uid}/", {"t": t})
    own = share(contest, entry, bob)
    go(own)
    handed_on = said(client.get(url, {"t": t}))
    assert own.code in handed_on and "came by your link" not in handed_on
    proved_to_be = said(client.get(url, {"t": sign_voter(bob.pk, clock.now())}))
    assert own.code in proved_to_be and "1 visitor came by your link." in proved_to_be


def test_results_and_places_of_the_form_know_all_links_that_were_passed_on_as_one(client):
    contest = opened()
    for n in range(2):
        one = share(contest, None, cast.contact(f"Guest {n}"))
        send(client, contest, url=f"/s/{contest.survey.key}/?o=pass-{one.code}", email=f"dora{n}@shop.example")
        client.post(proof_link())
    send(client, contest, url=f"/s/{contest.survey.key}/?o=qr-counter", email="dora@shop.example")
    client.post(proof_link())
    fold(at=clock.now())
    found = came(contest.survey)
    assert {name: (one.shown, one.answered) for name, one in found.items()} == {"pass": (2, 2), "qr-counter": (1, 1)}
    assert ways(contest.survey)[1] == ["qr-counter"]
