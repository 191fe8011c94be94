"""Contests in the dashboard: making, opening, looking at photos, ending entry."""

import pytest
from django.urls import reverse

from campaigns.contests.models import Contest, Entry
from campaigns.surveys.limits.limits import Once, parse_limits
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import entered, letters, opened, path

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
    assert "2 photos wait" in page and "Mine" in page and "Alice Moreau" in page
    done = client.post(url, {"show": str(one.uid)}, follow=True)
    assert "1 photo is shown" in said(done) and "1 photo waits" in said(done)
    done = said(client.post(url, {"refuse": "picked", "who": [str(two.uid)], "reason": "1"}, follow=True))
    assert "1 photo is not shown" in done and "No photo waits" in done
    assert Entry.objects.get(pk=two.pk).reason == "It looks as if it is not your own photo."
    undo = done.partition(f"{url}undo/")[2].partition('"')[0]
    assert "They wait again" in said(client.post(f"{url}undo/{undo}", follow=True))
    assert Entry.objects.get(pk=two.pk).standing == "waiting" and Entry.objects.get(pk=one.pk).standing == "shown"
    assert [one.state for one in letters(contest)] == ["queued", "withheld"]
    assert "Mine" in said(client.get(reverse("contest", args=[contest.uid])))
