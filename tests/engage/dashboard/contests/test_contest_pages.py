"""Contests in the dashboard: making, opening, looking at photos, ending entry."""

import pytest
from django.urls import reverse

from campaigns.contests.models import Contest, Entry, Vote
from campaigns.offers.models import Offer
from campaigns.surveys.drafts import edit_draft
from campaigns.surveys.limits.limits import Once, parse_limits
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import entered, letters, made, opened, path
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
ASKED = {
    "title": "Summer tables",
    "intro": "Show us yours.",
    "once": "address",
    "rights": "It is mine, and you may show it.",
    "by": "votes",
    "prize_1": "A cake",
    "closes": "2999-06-01T18:00",
}


@pytest.fixture
def max_(client):
    person = cast.max_()
    client.force_login(person)
    return person


def test_a_contest_is_made_in_one_form_and_opened(client, max_):
    assert "Customers enter photos" in said(client.get(reverse("contests")))
    page = client.post(reverse("new_contest"), ASKED, follow=True)
    contest = Contest.objects.select_related("survey").get()
    assert "Open it" in said(page) and client.get(path(contest)).status_code == 404
    assert parse_limits(contest.survey.limits).once is Once.ADDRESS and len(contest.seed) == 64
    assert [(one.place, one.words) for one in contest.prizes.all()] == [(1, "A cake")]
    assert "works from now on" in said(client.post(reverse("publish_contest", args=[contest.uid]), follow=True))
    public = said(client.get(path(contest)))
    assert "A cake" in public and "Enter your photo" in public
    assert "Summer tables" in said(client.get(reverse("contests")))
    assert "Summer tables" not in said(client.get(reverse("surveys")))


def test_photos_are_looked_at_one_by_one_or_several_and_it_can_be_undone(client, max_, alice, bob):
    contest = opened()
    one, two = entered(contest, alice, shown=False, caption="Mine"), entered(contest, bob, shown=False)
    url = reverse("entries_queue", args=[contest.uid])
    page = said(client.get(url))
    assert "came meanwhile" not in page and "came meanwhile" in said(client.get(url, {"seen": "1"}))
    assert client.get(url, {"seen": "²"}).status_code == 200
    assert "2 photos wait" in page and "Mine" in page and "Alice Moreau" in page
    done = client.post(url, {"show": str(one.uid)}, follow=True)
    assert "1 photo is shown" in said(done) and "1 photo waits" in said(done)
    done = said(client.post(url, {"refuse": "picked", "who": [str(two.uid)], "reason": "1"}, follow=True))
    assert "1 photo is not shown" in done and "No photo waits" in done
    assert Entry.objects.get(pk=two.pk).reason == "It looks as if it is not your own photo."
    undo = done.partition(f"{url}undo/")[2].partition('"')[0]
    assert "All is as before" in said(client.post(f"{url}undo/{undo}", follow=True))
    assert Entry.objects.get(pk=two.pk).standing == "waiting" and Entry.objects.get(pk=one.pk).standing == "shown"
    assert [one.state for one in letters(contest)] == ["queued", "withheld"]
    assert "Mine" in said(client.get(reverse("contest", args=[contest.uid])))


WRONG = {
    "no title": {"title": "\u200b"},
    "no tick": {"rights": ""},
    "no such way": {"by": "dice"},
    "anybody, any number of times": {"once": "any"},
    "closes before it opens": {"opens": "2999-07-01T18:00"},
    "votes end before": {"votes_close": "2998-01-01T00:00"},
    "a gap between prizes": {"prize_1": "", "prize_2": "A cup"},
    "no day": {"closes": "soon"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_comes_back_with_what_was_written(client, max_, wrong):
    page = client.post(reverse("new_contest"), ASKED | wrong)
    assert page.status_code == 400 and not Contest.objects.exists()
    assert wrong.keys() == {"title"} or "Summer tables" in said(page)


def test_an_offer_can_be_a_prize_and_one_that_was_stopped_cannot(client, max_):
    assert "Offer given" not in said(client.get(reverse("new_contest")))
    for key, stopped in (("cake", None), ("old", clock.now())):
        Offer.objects.create(key=key, name=key, stopped=stopped, at=clock.now(), by="Max")
    assert client.post(reverse("new_contest"), ASKED | {"offer_1": "old"}).status_code == 400
    client.post(reverse("new_contest"), ASKED | {"offer_1": "cake"})
    contest = Contest.objects.get()
    assert contest.prizes.get().offer == "cake"
    Offer.objects.filter(key="cake").update(stopped=clock.now())
    url = reverse("edit_contest", args=[contest.uid])
    assert client.post(url, ASKED | {"offer_1": "cake", "prize_2": "A cup"}, follow=True).status_code == 200
    assert [(one.words, one.offer) for one in contest.prizes.all()] == [("A cake", "cake"), ("A cup", "")]


def test_it_is_changed_until_somebody_voted(client, max_, alice, bob):
    contest = opened()
    entry, url = entered(contest, alice), reverse("edit_contest", args=[contest.uid])
    assert "Summer tables" in said(client.get(url))
    assert "Saved" in said(client.post(url, {"by": "votes", "terms": "New", "prize_1": "A cup"}, follow=True))
    Vote.objects.create(contest=contest, entry=entry, contact=bob, recorded_for=bob, at=clock.now())
    page = client.post(url, {"by": "votes", "terms": "Newer", "prize_1": "A cup"})
    assert page.status_code == 400 and "only dates can be changed" in said(page)
    assert Contest.objects.get().terms == "New"


def test_a_form_without_its_photo_is_not_opened_and_it_is_said_why(client, max_):
    contest = made()
    draft = contest.survey.draft
    draft["questions"] = draft["questions"][1:]
    edit_draft(contest.survey, draft=draft, by="Max", at=clock.now())
    page = client.post(reverse("publish_contest", args=[contest.uid]), follow=True)
    assert "its own question for the photo" in said(page)
    assert "its own question for the photo" in said(client.get(reverse("edit_survey", args=[contest.survey.uid])))
    assert client.get(path(contest)).status_code == 404


def test_pages_cost_the_same_however_many_enter(client, max_):
    contest = opened()
    for n in range(2):
        entered(contest, cast.contact(f"Guest {n}"), shown=False), entered(contest, cast.contact(f"Shown {n}"))
    urls = [reverse("contests"), *(reverse(name, args=[contest.uid]) for name in ("contest", "entries_queue"))]
    few = [queries_of(client, url) for url in urls]
    for n in range(5):
        entered(contest, cast.contact(f"More {n}"), shown=False), entered(contest, cast.contact(f"Seen {n}"))
    assert [queries_of(client, url) for url in urls] == few


def test_what_is_typed_by_a_stranger_is_shown_as_text(client, max_, alice):
    contest = opened()
    entered(contest, alice, shown=False, caption="<script>alert(1)</script>", first_name="<img src=x>")
    page = client.get(reverse("entries_queue", args=[contest.uid])).content.decode()
    assert "&lt;script&gt;" in page and "<script>alert" not in page and "<img src=x>" not in page


HOSTILE = [
    {"show": "picked"},
    {"show": "x"},
    {"refuse": "picked", "who": ["x", "\x00"]},
    {"refuse": "", "reason": "²"},
    {"refuse": "x:0"},
    {"show": ":"},
    {},
]


@pytest.mark.parametrize("given", HOSTILE)
def test_what_no_form_of_ours_sends_changes_nothing(client, max_, alice, given):
    contest, other = opened(), opened(title="Winter tables")
    entry = entered(contest, alice, shown=False)
    page = client.post(reverse("entries_queue", args=[contest.uid]), given, follow=True)
    assert page.status_code == 200 and "Nothing was changed" in said(page)
    foreign = client.post(reverse("entries_queue", args=[other.uid]), {"show": str(entry.uid)}, follow=True)
    assert "Nothing was changed" in said(foreign) and Entry.objects.get().standing == "waiting"


def test_their_own_words_are_told_and_one_of_ours_in_the_authors_language(client, max_, alice, bob):
    contest = opened()
    one, two = entered(contest, alice, shown=False), entered(contest, bob, shown=False)
    url = reverse("entries_queue", args=[contest.uid])
    client.post(url, {"refuse": str(one.uid), "reason": "0", "words": "No <b>tables</b>."})
    client.post(url, {"refuse": f"{two.uid}:0"})
    first, second = letters(contest)
    assert "No <b>tables</b>." in first.text and "what this contest is about." in second.text


def test_home_says_how_many_wait(client, max_, alice):
    contest = opened()
    entered(contest, alice, shown=False)
    client.force_login(cast.olga())
    home = said(client.get(reverse("home")))
    assert "1 photo waits to be looked at" in home and reverse("entries_queue", args=[contest.uid]) in home


def test_an_agent_looks_at_photos_and_makes_changes_and_opens_nothing(client, alice):
    contest = opened()
    entry = entered(contest, alice, shown=False)
    client.force_login(cast.ada())
    page = said(client.get(reverse("contest", args=[contest.uid])))
    assert "Change it" not in page and "Take no more photos" not in page
    assert client.get(reverse("contests")).status_code == 200
    for name in ("edit_contest", "publish_contest", "close_contest"):
        assert client.post(reverse(name, args=[contest.uid])).status_code == 403
    assert client.get(reverse("new_contest")).status_code == 403
    client.post(reverse("entries_queue", args=[contest.uid]), {"show": str(entry.uid)})
    assert Entry.objects.get().standing == "shown" and Entry.objects.get().decided_by == "Ada"


def test_colleagues_see_photos_in_small_and_the_code_of_its_page(client, max_, alice):
    contest, other = opened(), opened(title="Winter tables")
    entry = entered(contest, alice, shown=False)
    small = client.get(reverse("small_photo", args=[contest.uid, entry.uid]))
    assert small["Content-Type"] == "image/jpeg" and "sandbox" in small["Content-Security-Policy"]
    assert client.get(reverse("small_photo", args=[other.uid, entry.uid])).status_code == 404
    code = client.get(reverse("contest_qr", args=[contest.uid]))
    assert code["Content-Type"] == "image/svg+xml" and b"<svg" in code.content
    client.logout()
    assert client.get(reverse("small_photo", args=[contest.uid, entry.uid])).status_code == 302


def test_strangers_see_nothing_of_it(client, alice):
    contest = opened()
    entry = entered(contest, alice, shown=False)
    for name in ("contest", "edit_contest", "entries_queue"):
        assert client.get(reverse(name, args=[contest.uid])).status_code == 302
    client.post(reverse("entries_queue", args=[contest.uid]), {"show": str(entry.uid)})
    assert Entry.objects.get().standing == "waiting"
    assert client.get(reverse("survey_photo", args=[entry.photo.uid])).status_code == 302
